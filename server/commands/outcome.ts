/** What a command came to: the runner prints `document` with `--json`, else `text`. */
export interface Outcome {
  /** 1: what was asked for did not (all) happen. */
  exit: 0 | 1
  document: unknown
  /** With a line break at its end; empty prints nothing. */
  text: string
  /** Where it goes instead of stdout. */
  file?: string | null
}
