import { useSearchParams } from 'react-router'
import type { Answer } from '../../api/client.ts'
import { useAnswer } from '../../api/use-answer.ts'

export type Run = Answer<'GET /api/v1/runs/{id}'>

const LOOK_MS = 700

/** The run that the address names, else the one of this kind that is at work for the source, whoever began it. */
export function useRun(kind: Run['kind'], source: string) {
  const [query, setQuery] = useSearchParams()
  const listed = useAnswer('GET /api/v1/runs', { query: { source } })
  const atWork = listed.data?.runs.find((run) => run.kind === kind && run.state === 'running')
  const id = query.get(kind) ?? atWork?.id
  const asked = useAnswer(
    'GET /api/v1/runs/{id}',
    { path: { id: id ?? '' } },
    {
      enabled: id !== undefined,
      every: (run) => (run === undefined || run.state === 'running' ? LOOK_MS : false),
    },
  )
  return {
    run: asked.data ?? null,
    error: asked.error,
    isRunning: asked.data?.state === 'running',
    /** Puts it into the address, where a reload finds it. */
    follow: (begun: number) =>
      setQuery(
        (before) => {
          const next = new URLSearchParams(before)
          next.set(kind, String(begun))
          return next
        },
        { replace: true },
      ),
  }
}
