import type { Issue } from '../core/model/errors.ts'

/** One request to a hook and what it was answered: nothing of its body. */
export interface HookRequest {
  /** Epoch ms. */
  at: number
  status: number
  /** How long the answer took, ms. */
  tookMs: number
  received: number
  duplicates: number
  conflicts: number
  invalid: number
  /** Why it was refused, or what was wrong with the first items. */
  problem: string | null
  errors: Issue[]
}

/** Kept of each source, and errors of each request. */
const KEPT = 50
const MOST_ERRORS = 5

export interface RequestLog {
  add(sourceId: string, request: HookRequest): void
  /** Newest first. */
  of(sourceId: string): readonly HookRequest[]
}

/**
 * The last requests of each source, for whoever sets one up. In memory and of this host alone: refused requests leave no
 * row that a stranger could fill the ledger with.
 */
export function requestLog(): RequestLog {
  const kept = new Map<string, HookRequest[]>()
  return {
    add(sourceId, request) {
      const before = kept.get(sourceId) ?? []
      kept.set(sourceId, [
        { ...request, errors: request.errors.slice(0, MOST_ERRORS) },
        ...before.slice(0, KEPT - 1),
      ])
    },
    of: (sourceId) => kept.get(sourceId) ?? [],
  }
}
