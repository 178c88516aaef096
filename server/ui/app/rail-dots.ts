import { useAnswer } from '../api/use-answer.ts'

export interface Dot {
  tone: 'bad' | 'warn'
  /** Why, for whoever does not see the colour. */
  text: string
}

/** Small marks in the rail: something there asks for a person. */
export function useDots(): Partial<Record<string, Dot>> {
  const { data } = useAnswer('GET /api/v1/alerts', {}, { every: 30_000 })
  if (!data) return {}
  const dots: Partial<Record<string, Dot>> = {}
  for (const { page, what } of data.alerts) dots[page] ??= { tone: 'bad', text: what }
  return dots
}
