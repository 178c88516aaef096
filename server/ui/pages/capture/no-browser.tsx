import { Text } from '@mantine/core'
import { Copyable } from '../../parts/copyable.tsx'
import { Verdict } from './verdict.tsx'

/** Nothing could be followed: how to give this host a browser, or do without. */
export function NoBrowser({ url, form }: { url: string; form: string | null }) {
  const asked = [`--page ${quoted(url)}`, ...(form === null ? [] : [`--form ${quoted(form)}`])].join(' ')
  return (
    <section className="card">
      <Verdict>This host has no browser to follow a click with</Verdict>
      <Text size="sm" mt="sm" mb={6}>
        Ask whoever runs it to install Chromium and the package that drives it. Where Chromium stands in an
        unusual place, <code>CHROMIUM_PATH</code> names it. Then start Closeback anew.
      </Text>
      <Copyable
        text={'apt-get install chromium\nnpm install playwright-core'}
        label="the lines that install it"
      />
      <Text size="sm" mt="md" mb={6}>
        Or follow the click from another computer that has both:
      </Text>
      <Copyable text={`npx closeback check ${asked}`} label="the command" />
    </section>
  )
}

/** For a shell, whatever stands in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
