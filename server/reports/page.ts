import { type Html, html } from '../html.ts'

const STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1b2027, #e4e8ee); --quiet: light-dark(#56606d, #9aa5b3);
  --line: light-dark(#d5d9e0, #363c46); --soft: light-dark(#f4f6f8, #1a1e25); --paper: light-dark(#fff, #12151a);
  --good: light-dark(#0f766e, #4fd1c5); --bad: light-dark(#c2410c, #fb923c); --warn: light-dark(#8a5300, #f0b45a);
  --series-1: light-dark(#2563eb, #7db4ff); --series-2: light-dark(#0f766e, #4fd1c5);
  --series-3: light-dark(#c2410c, #fb923c); --series-4: light-dark(#7c3aed, #c4a7ff);
  --series-5: light-dark(#a16207, #f5d06b); --series-6: light-dark(#be185d, #f79ac0);
  --series-7: light-dark(#475569, #b4c0d0); --series-8: light-dark(#15803d, #86efac) }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 58rem; font: 1rem/1.55 system-ui, sans-serif;
  color: var(--ink); background: var(--paper); overflow-wrap: break-word }
h1 { font-size: 1.6rem; margin: 0 } h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem }
p { margin: .5rem 0 } .quiet { color: var(--quiet) }
.note { border-left: 3px solid var(--warn); padding: .3rem .8rem; background: var(--soft); margin: .5rem 0 }
.chart svg { display: block; max-width: 100%; height: auto } .narrow { display: none }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .92rem }
caption { text-align: left; color: var(--quiet); padding: .3rem 0 }
th, td { text-align: left; padding: .35rem .7rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
tbody td:first-child { min-width: 9rem }
ul.causes { padding-left: 1.2rem } .causes li { margin: .6rem 0 }
th { font-weight: 600 } .number { text-align: right; white-space: nowrap } tr.sum td { font-weight: 600 }
@media (max-width: 40rem) { .wide { display: none } .narrow { display: block } }
@media print { body { max-width: none } }
`

/** A report as one file that needs nothing else: no script, no picture or style from elsewhere. */
export function reportPage(title: string, content: readonly Html[]): string {
  return `${
    html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${{ html: STYLE }}</style>
</head>
<body>
${content}
</body>
</html>`.html
  }\n`
}

/** A column of a table on the page. */
export interface PageColumn {
  title: string
  number?: true
}

/** A table that scrolls sideways where it does not fit; a row marked `sum` adds up the others. */
export function pageTable(
  columns: readonly PageColumn[],
  rows: readonly { cells: readonly (string | Html)[]; sum?: boolean }[],
): Html {
  const kind = (at: number): Html => ({ html: columns[at]?.number ? ' class="number"' : '' })
  return html`<div class="scroll"><table>
<thead><tr>${columns.map(({ title }, at) => html`<th scope="col"${kind(at)}>${title}</th>`)}</tr></thead>
<tbody>${rows.map(
    ({ cells, sum }) =>
      html`<tr${{ html: sum ? ' class="sum"' : '' }}>${cells.map((cell, at) => html`<td${kind(at)}>${cell}</td>`)}</tr>
`,
  )}</tbody></table></div>`
}
