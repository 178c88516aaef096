import type { Journeys } from '../../../core/analysis/attribution/journey.ts'

/** The same model, written from its definition alone: dense matrices and Gaussian elimination. */
export function markovByElimination({ units, rows }: Journeys, order: number) {
  const names: string[] = []
  const stateOf = (touches: readonly number[]) => {
    const name = touches.join()
    if (!names.includes(name)) names.push(name)
    return names.indexOf(name)
  }
  const walks = rows
    .filter(({ conversions, nulls }) => conversions + nulls > 0)
    .map((row) => {
      const length = Math.min(order, row.path.length)
      const states = row.path
        .map((_, at) => row.path.slice(at, at + length))
        .filter((tuple) => tuple.length === length)
        .map(stateOf)
      return { ...row, states, count: row.conversions + row.nulls }
    })
  const size = names.length
  const moves = names.map(() => new Array<number>(size).fill(0))
  const starts = new Array<number>(size).fill(0)
  const [out, wins, worth] = [starts.slice(), starts.slice(), starts.slice()]
  for (const { states, count, conversions, value } of walks) {
    starts[states[0] as number] = (starts[states[0] as number] as number) + count
    for (const [at, state] of states.entries()) {
      out[state] = (out[state] as number) + count
      const next = states[at + 1]
      const row = moves[state] as number[]
      if (next !== undefined) row[next] = (row[next] as number) + count
    }
    const end = states.at(-1) as number
    wins[end] = (wins[end] as number) + conversions
    worth[end] = (worth[end] as number) + value
  }
  const all = starts.reduce((sum, each) => sum + each, 0)

  const reached = (without: number | null, ends: readonly number[]) => {
    const gone = names.map((name) => without !== null && name.split(',').map(Number).includes(without))
    const matrix = names.map((_, i) => [
      ...names.map((_, j) => {
        const share = gone[i] || gone[j] ? 0 : (moves[i]?.[j] as number) / (out[i] as number)
        return (i === j ? 1 : 0) - share
      }),
      gone[i] ? 0 : (ends[i] as number) / (out[i] as number),
    ])
    const solved = eliminate(matrix)
    return starts.reduce((sum, count, at) => sum + (all > 0 ? (count / all) * (solved[at] as number) : 0), 0)
  }
  const credits = (ends: readonly number[], total: number) => {
    const whole = reached(null, ends)
    const effects = units.map((_, unit) => (whole > 0 ? 1 - reached(unit, ends) / whole : 0))
    const sum = effects.reduce((total, each) => total + each, 0)
    return effects.map((effect) => (sum > 0 ? (effect / sum) * total : 0))
  }
  const total = (of: 'conversions' | 'value') => rows.reduce((sum, row) => sum + row[of], 0)
  return { conversions: credits(wins, total('conversions')), value: credits(worth, total('value')) }
}

function eliminate(matrix: number[][]): number[] {
  const n = matrix.length
  for (let column = 0; column < n; column++) {
    let pivot = column
    for (let row = column; row < n; row++)
      if (Math.abs(matrix[row]?.[column] as number) > Math.abs(matrix[pivot]?.[column] as number)) pivot = row
    const swapped = matrix[pivot] as number[]
    matrix[pivot] = matrix[column] as number[]
    matrix[column] = swapped
    for (let row = 0; row < n; row++) {
      if (row === column) continue
      const factor = (matrix[row]?.[column] as number) / (swapped[column] as number)
      if (factor === 0) continue
      for (let at = column; at <= n; at++)
        (matrix[row] as number[])[at] = (matrix[row]?.[at] as number) - factor * (swapped[at] as number)
    }
  }
  return matrix.map((row, at) => (row[n] as number) / (row[at] as number))
}
