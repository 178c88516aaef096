import type { Settings } from './api.ts'

/** What the page put into `window.closeback`, and the attributes of the script's tag. */
export function readSettings(): Settings {
  const said: Record<string, unknown> = { ...window.closeback }
  for (const [name, text = ''] of Object.entries(document.currentScript?.dataset ?? {}))
    said[name] = /^[{\d]|^true$/.test(text) ? JSON.parse(text) : text
  return said as Settings
}
