/** All of the page's looks: no other file, nothing from elsewhere, light and dark, from 320 px on. */
export const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#d5d9e0, #363c46); --soft: light-dark(#f4f6f8, #1a1e25);
  --ink: light-dark(#1b2027, #e4e8ee); --quiet: light-dark(#56606d, #9aa5b3); --link: light-dark(#0b57b8, #7db4ff);
  --get: light-dark(#0a6640, #63d2a1); --post: light-dark(#0b57b8, #7db4ff); --put: light-dark(#8a5300, #f0b45a);
  --delete: light-dark(#a8261d, #ff938a) }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 56rem; font: 1rem/1.55 system-ui, sans-serif;
  color: var(--ink); background: light-dark(#fff, #12151a); overflow-wrap: break-word }
h1 { font-size: 1.7rem; margin: 0 0 .5rem } h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem }
h3 { font-size: 1rem; margin: 1.2rem 0 .3rem }
p { margin: .5rem 0 } a { color: var(--link) } nav a { margin-right: 1rem; display: inline-block }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px }
code, pre { font: .875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace }
pre { margin: .5rem 0; padding: .75rem; overflow-x: auto; background: var(--soft); border: 1px solid var(--line);
  border-radius: 6px }
pre.copy { user-select: all }
details { border: 1px solid var(--line); border-radius: 6px; margin: .5rem 0; padding: 0 .75rem }
details[open] { padding-bottom: .75rem }
summary { padding: .6rem 0; cursor: pointer } summary p { margin: 0; color: var(--quiet) }
.verb { font-weight: 700 } .get { color: var(--get) } .post { color: var(--post) } .put { color: var(--put) }
.delete { color: var(--delete) }
ul.members { margin: .2rem 0 .2rem; padding-left: 1rem; list-style: none; border-left: 1px solid var(--line) }
.members li { margin: .3rem 0 } .name { font-weight: 600 } .type { color: var(--quiet); font-size: .9em }
dl { margin: .3rem 0 } dt { font-weight: 600; margin-top: .5rem } dd { margin: 0 0 .3rem }
form { display: flex; gap: .5rem; flex-wrap: wrap; align-items: end; margin: .75rem 0 }
label { display: block; color: var(--quiet); font-size: .9rem }
input, button { font: inherit; padding: .35rem .6rem; border: 1px solid var(--line); border-radius: 6px;
  background: var(--soft); color: inherit; max-width: 100% }
`
