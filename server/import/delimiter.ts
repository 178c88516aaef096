/** Separators that are looked for; others can be given. */
const USUAL = [',', ';', '\t', '|'] as const

/** The separator a header row uses: the one that stands most often outside quotes. A comma when there is none. */
export function detectDelimiter(header: string): string {
  const bare = header.replaceAll(/"[^"]*"/g, '')
  const counts = USUAL.map((each) => bare.split(each).length - 1)
  const most = Math.max(...counts)
  return USUAL[counts.indexOf(most)] ?? ','
}
