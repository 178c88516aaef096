/** Rows one commit takes at most: enough to spread one fsync over many senders, few enough to stay under 10 ms. */
const MAX_ROWS = 256
/** How long the first of a group waits for others. */
const MAX_WAIT_MS = 2

interface Waiting<Row, Result> {
  row: Row
  resolve(result: Result): void
  reject(error: unknown): void
}

export interface GroupCommit<Row, Result> {
  /** Resolves once the row is durable; rejects when it could not be committed, and only then. */
  add(row: Row): Promise<Result>
}

/**
 * Collects rows of many senders into one durable transaction. When a group fails, each row is tried alone, so
 * that one bad row fails nobody else.
 */
export function groupCommit<Row, Result>(
  commit: (rows: Row[]) => Promise<Result[]>,
): GroupCommit<Row, Result> {
  let waiting: Waiting<Row, Result>[] = []
  let timer: NodeJS.Timeout | null = null
  let running = false

  async function flush() {
    if (running) return
    running = true
    while (waiting.length > 0) {
      const group = waiting.slice(0, MAX_ROWS)
      waiting = waiting.slice(group.length)
      await settle(group)
      // A last short group waits for its own two milliseconds unless it is full already.
      if (waiting.length < MAX_ROWS) break
    }
    running = false
    schedule()
  }

  function schedule() {
    if (waiting.length === 0 || running || timer) return
    timer = setTimeout(() => {
      timer = null
      void flush()
    }, MAX_WAIT_MS)
  }

  async function settle(group: Waiting<Row, Result>[]) {
    try {
      const results = await commit(group.map((each) => each.row))
      group.forEach((each, index) => {
        each.resolve(results[index] as Result)
      })
    } catch (error) {
      const [only] = group
      if (group.length === 1 && only) only.reject(error)
      else for (const each of group) await settle([each])
    }
  }

  return {
    add: (row) =>
      new Promise((resolve, reject) => {
        waiting.push({ row, resolve, reject })
        if (waiting.length >= MAX_ROWS) void flush()
        else schedule()
      }),
  }
}
