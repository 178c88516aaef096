/** A bench stops taking new rounds after this long, so that all of them together stay under three minutes. */
const BUDGET_MS = { quick: 6000, full: 22_000 }
const MOST = { quick: 3, full: 7 }

/** Numbers of rounds, the first for the compiler: at least two, then more while there is time. */
export function* rounds(quick: boolean): Generator<number> {
  const kind = quick ? 'quick' : 'full'
  const stopsAt = performance.now() + BUDGET_MS[kind]
  for (let round = 0; round < 2 || (round < MOST[kind] && performance.now() < stopsAt); round++) yield round
}
