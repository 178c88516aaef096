import { execFileSync } from 'node:child_process'
import { median } from './paired.ts'
import { type Row, ratioRow } from './row.ts'

const ROOT = new URL('..', import.meta.url).pathname
/** Below node_modules, so that the packages are found from there. */
const PACKAGE = `${ROOT}node_modules/.cache/closeback-bench/`
const LEAST = 0.87

/** Statements of a module, with paths from the package's root. */
export interface Loading {
  /** What the process has already when it comes to it; not measured. */
  before: string
  ours: string
  bare: string
}

/**
 * How long modules of ours take to load with those of a client, against the client's alone. Measured is the package as it
 * ships, compiled; from the sources Node would strip the types of each file, too, which nobody who installs it waits for.
 * Both take turns in processes of their own.
 */
export function loadingRow(what: string, rounds: number, { before, ours, bare }: Loading): Row {
  execFileSync(`${ROOT}node_modules/.bin/tsc`, ['-p', 'tsconfig.build.json', '--outDir', PACKAGE], {
    cwd: ROOT,
  })
  const ms = (statements: string) => {
    const program = `${before}; const at = performance.now(); ${statements}; console.log(performance.now() - at)`
    const args = ['--no-warnings', '--input-type=module', '--eval', program]
    return Number(execFileSync(process.execPath, args, { cwd: PACKAGE }))
  }
  ms(bare)
  ms(ours)
  const pairs = Array.from({ length: rounds }, (_, at) => {
    if (at % 2 === 0) return { floor: ms(bare), own: ms(ours) }
    const own = ms(ours)
    return { floor: ms(bare), own }
  })
  const shown = (pick: (pair: (typeof pairs)[number]) => number) => `${median(pairs.map(pick)).toFixed(0)} ms`
  return ratioRow(
    what,
    { figure: shown(({ own }) => own), against: shown(({ floor }) => floor) },
    median(pairs.map(({ own, floor }) => floor / own)),
    LEAST,
  )
}
