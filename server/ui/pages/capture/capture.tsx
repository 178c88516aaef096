import { Button, Loader, Stack, Text, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useLocation, useSearchParams } from 'react-router'
import type { Answer, ApiProblem } from '../../api/client.ts'
import { keyOf, useAnswer } from '../../api/use-answer.ts'
import { Failure } from '../../parts/failure.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { NoBrowser } from './no-browser.tsx'
import { Steps } from './steps.tsx'
import { Verdict } from './verdict.tsx'

const CHECK = 'POST /api/v1/capture/check'
const WATCH = 'GET /api/v1/capture/check'

interface Target {
  url: string
  form: string | null
}

/** Does the click on an ad reach the form? */
export default function CapturePage() {
  const [params, setParams] = useSearchParams()
  const { state } = useLocation()
  const client = useQueryClient()
  const target: Target = { url: params.get('url') ?? '', form: params.get('form') }
  // A link fills the fields in. Only a person sends the browser anywhere; what they began survives a reload.
  const isAsked = target.url !== '' && state?.asked === true
  const check = useAnswer(CHECK, { body: target }, { enabled: isAsked, once: true })
  const watched = useAnswer(WATCH, {}, { enabled: check.isFetching, every: 700 })
  const running = watched.data?.running
  const isOurs = running?.url === target.url && running.form === target.form

  function follow(next: Target): void {
    for (const key of [keyOf(CHECK, { body: next }), keyOf(WATCH)])
      void client.resetQueries({ queryKey: key })
    setParams({ url: next.url, ...(next.form && { form: next.form }) }, { state: { asked: true } })
  }

  return (
    <>
      <PageHead title="Test your capture">
        Follows a click on an ad from the landing page to the form, and shows where it is lost. Nothing is
        submitted.
      </PageHead>
      <Stack gap="md">
        <Ask
          target={target}
          isBusy={check.isFetching}
          problem={isAsked && !check.isFetching ? check.error : null}
          follow={follow}
        />
        {check.isFetching ? (
          <section className="card" aria-busy="true">
            <Verdict>
              <Loader size={18} aria-hidden /> Following the click …
            </Verdict>
            <Text size="sm" c="dimmed" mt={2}>
              Up to a minute; you may leave this page or load it again.
            </Text>
            <Steps of={isOurs && running ? running.findings : []} isRunning />
          </section>
        ) : (
          check.data && <Result of={check.data} target={target} />
        )}
      </Stack>
    </>
  )
}

function Ask({
  target,
  isBusy,
  problem,
  follow,
}: {
  target: Target
  isBusy: boolean
  problem: ApiProblem | null
  follow: (target: Target) => void
}) {
  const [url, setUrl] = useState(target.url)
  const [form, setForm] = useState(target.form ?? '')
  // Also after a step back.
  useEffect(() => {
    setUrl(target.url)
    setForm(target.form ?? '')
  }, [target.url, target.form])
  const issueAt = (field: string) => {
    const issue = problem?.issues.find(({ path }) => path === `body/${field}`)
    return issue && [issue.message, issue.remedy].filter(Boolean).join(' ')
  }
  return (
    <form
      className="card"
      onSubmit={(event) => {
        event.preventDefault()
        const landing = whole(url)
        follow({ url: landing, form: form.trim() === '' ? null : whole(form, landing) })
      }}
    >
      <div className="capture-ask">
        <TextInput
          label="Landing page"
          description="where the ad leads"
          placeholder="https://www.shop.example/landing"
          inputMode="url"
          autoComplete="off"
          spellCheck={false}
          required
          withAsterisk={false}
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
          error={issueAt('url')}
        />
        <TextInput
          label="Page with the form"
          description="only where links do not lead to it"
          placeholder="found by itself"
          inputMode="url"
          autoComplete="off"
          spellCheck={false}
          value={form}
          onChange={(event) => setForm(event.currentTarget.value)}
          error={issueAt('form')}
        />
      </div>
      <Stack gap="sm" mt="md" align="flex-start">
        {problem && problem.issues.length === 0 && <Failure problem={problem} />}
        <Button type="submit" loading={isBusy}>
          Follow a click
        </Button>
      </Stack>
    </form>
  )
}

function Result({ of, target }: { of: Answer<typeof CHECK>; target: Target }) {
  if (!of.hasBrowser) return <NoBrowser url={target.url} form={target.form} />
  return (
    <div className="capture-result">
      <section className="card">
        <Verdict>{verdict(of)}</Verdict>
        <Steps of={of.findings} />
      </section>
      {of.screenshot && (
        <figure className="card">
          <img src={`data:image/png;base64,${of.screenshot}`} alt="The page where the check ended" />
          <figcaption>Where the check ended</figcaption>
        </figure>
      )}
    </div>
  )
}

function verdict({ ok, findings }: Answer<typeof CHECK>): string {
  if (!ok) return 'The click does not reach the form'
  const warnings = findings.filter(({ status }) => status === 'warning').length
  if (warnings === 0) return 'The click reaches the form'
  return `The click reaches the form; ${warnings === 1 ? 'one thing' : `${warnings} things`} to look at`
}

/** An address as people type it: without https://, or only the path beside another. */
function whole(typed: string, beside?: string): string {
  const text = typed.trim()
  if (beside && text.startsWith('/')) return URL.parse(text, beside)?.href ?? text
  return /^\w+:/.test(text) && !/^[^/]+:\d/.test(text) ? text : `https://${text}`
}
