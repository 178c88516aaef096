import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { itemShape } from '../../../adapters/webhook/item.ts'
import { CONVERSIONS } from '../../../adapters/webhook/map/convert.ts'
import { PRESET_NAMES } from '../../../adapters/webhook/presets/presets.ts'
import { settings } from '../../../adapters/webhook/settings.ts'
import type { Field } from '../../../adapters/webhook/shape.ts'
import { context, receive, SECRET } from './samples.ts'

const page = (name: string) => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8')
const GUIDE = page('webhook.md')
const PRESETS = page('presets.md')

describe('docs/webhook.md', () => {
  it('shows every field with what to send, and no other', () => {
    const rows = GUIDE.split('\n').filter((line) => /^\| `[a-zA-Z.[\]]+` \| (yes)? ?\| /.test(line))
    expect(rows).toEqual(rowsOf(itemShape, ''))
  })

  it('has a shell example whose signature is right', async () => {
    const script = GUIDE.split('```sh\n')[2]?.split('curl')[0]
    const printed = execFileSync(
      'bash',
      ['-c', `${script}\nprintf '%s\\n' "$ID" "$TIME" "$SIGNATURE" "$BODY"`],
      {
        env: { ...process.env, SHOP_CRM_SECRET: SECRET },
        encoding: 'utf8',
      },
    )
    const [id = '', timestamp = '', signature = '', body = ''] = printed.split('\n')
    const received = await receive(
      {
        method: 'POST',
        url: '/hooks/webhook/shop-crm',
        headers: {
          'content-type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': timestamp,
          'webhook-signature': `v1,${signature}`,
        },
        body: Buffer.from(body),
      },
      context({}, [SECRET], Number(timestamp) * 1000),
    )
    expect(received).toMatchObject([{ ok: true, ticket: { id: 'evt_81' } }])
  })
})

describe('the settings in the documents', () => {
  const snippets = (text: string) =>
    [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].flatMap(([, yaml = '']) => settingsIn(parse(yaml)))

  it('are all taken as they stand', () => {
    const all = [...snippets(GUIDE), ...snippets(PRESETS)]
    expect(all.length).toBeGreaterThanOrEqual(7)
    for (const each of all)
      expect(settings.safeParse(each), JSON.stringify(each)).toMatchObject({ success: true })
    expect(all.filter((each) => 'sample' in each)).toHaveLength(1)
  })

  it('name every preset and every conversion', () => {
    for (const preset of PRESET_NAMES) expect(PRESETS).toContain(`[\`${preset}\`](#`)
    for (const conversion of CONVERSIONS) expect(GUIDE).toContain(`\`as: ${conversion}\``)
  })
})

/** Settings of a source wherever a snippet begins: at the document, the source, its settings or their map. */
function settingsIn(snippet: Record<string, unknown> | Record<string, unknown>[]): Record<string, unknown>[] {
  if (Array.isArray(snippet)) return snippet.flatMap(settingsIn)
  if (Array.isArray(snippet.sources)) return settingsIn(snippet.sources)
  if (typeof snippet.settings === 'object') return [snippet.settings as Record<string, unknown>]
  return 'map' in snippet ? [{ preset: 'typeform', map: snippet.map }] : []
}

function rowsOf(field: Field, path: string): string[] {
  return Object.entries(field.parts ?? {}).flatMap(([name, inner]) => {
    const lines = inner.item?.parts ? inner.item : null
    const place = (path === '' ? name : `${path}.${name}`) + (lines ? '[]' : '')
    const row = `| \`${place}\` | ${inner.fits(undefined) ? '' : 'yes'} | ${inner.about} |`
    return [row, ...rowsOf(lines ?? inner, place)]
  })
}
