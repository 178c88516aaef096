/** A place in a settings document: object keys and list positions. */
export type Path = readonly (string | number)[]

/** Writes a path the way people point at it: `rules[0].send.to[1]`, and `fields["deal type"]` for odd keys. */
export function formatPath(path: Path): string {
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else if (!/^[A-Za-z_][\w-]*$/.test(step)) text += `[${JSON.stringify(step)}]`
    else text += text === '' ? step : `.${step}`
  }
  return text
}

/** Reads what `formatPath` wrote. Stops at the first thing it cannot read: the start of a path still points near. */
export function parsePath(text: string): (string | number)[] {
  const path: (string | number)[] = []
  const step = /\.?([A-Za-z_][\w-]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y
  for (let match = step.exec(text); match !== null; match = step.exec(text)) {
    if (match[1] !== undefined) path.push(match[1])
    else if (match[2] !== undefined) path.push(Number(match[2]))
    else path.push(String(JSON.parse(match[3] ?? '""')))
  }
  return path
}
