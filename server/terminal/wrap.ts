/**
 * Breaks a text at spaces into lines of at most `width`, all but the first indented by `hang`. A word that is longer
 * than a line stays whole: ids are to be copied.
 */
export function wrap(text: string, width: number, hang = ''): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/).filter((word) => word !== '')) {
    const longer = line === '' || line === hang ? line + word : `${line} ${word}`
    if (longer.length <= width || line === hang || line === '') line = longer
    else {
      lines.push(line)
      line = hang + word
    }
  }
  return [...lines, line].join('\n')
}
