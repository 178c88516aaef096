import { vi } from 'vitest'

/** Waits until a check holds; long enough for a machine that is busy with other tests. */
export function eventually<T>(check: () => T): Promise<Awaited<T>> {
  return vi.waitFor(check, { timeout: 15_000, interval: 25 }) as Promise<Awaited<T>>
}
