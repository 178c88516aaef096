/** A text as SOQL writes it: quoted, with the escapes that SOQL knows. */
export function text(value: string): string {
  return `'${value.replace(/[\\'"\n\r\t\b\f]/g, (char) => ESCAPES[char] ?? char)}'`
}

const ESCAPES: Record<string, string> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
}

/** A moment (epoch ms) as SOQL writes it: unquoted, in UTC, in milliseconds, with Z because a + would become a space in an address. */
export function moment(ms: number): string {
  return new Date(ms).toISOString()
}

/** What stands in `IN (…)`. */
export function list(values: readonly string[]): string {
  return values.map(text).join(',')
}
