import { useCallback } from 'react'
import { useSearchParams } from 'react-router'
import type { QueryChange } from './table.ts'

/** The query of the page's address, how to change it, and the address a change leads to. */
export function useQueryChange() {
  const [query, setQuery] = useSearchParams()
  const changed = useCallback(
    (change: QueryChange) => {
      const next = new URLSearchParams(query)
      for (const [name, value] of Object.entries(change)) {
        if (value === null || value === '') next.delete(name)
        else next.set(name, value)
      }
      return next
    },
    [query],
  )
  return {
    query,
    /** Changes it where the page stands; what a link does leaves a step to go back to. */
    change: (by: QueryChange) => setQuery(changed(by), { replace: true }),
    linkTo: (by: QueryChange) => ({ search: changed(by).toString() }),
  }
}
