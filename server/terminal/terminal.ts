/** Where a command reads and writes: the real one of this process, or one that a test looks into. */
export interface Terminal {
  env: Readonly<Record<string, string | undefined>>
  /** Where relative paths start: npm runs scripts elsewhere and says in INIT_CWD where it was called. */
  cwd: string
  /** Columns to fill. */
  width: number
  /** Results: exactly one JSON document with `--json`. */
  out(text: string): void
  /** Logs, progress and errors. */
  err(text: string): void
  /** A person looks at what `err` writes: progress is drawn. */
  interactive?: boolean
  readInput(): Promise<string>
  /** Epoch ms. */
  now(): number
  /** Aborted when the person or the system asks this command to stop. */
  stop: AbortSignal
}
