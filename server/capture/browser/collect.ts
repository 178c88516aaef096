import { hex } from './ids.ts'

/** Posts to the host, also while the page is being left. As plain text, which needs no permission asked in advance. */
export function post(url: string | undefined, said: object): void {
  if (url) navigator.sendBeacon(url, JSON.stringify(said))
}

/** SHA-256 of the e-mail address in a form, in hex; the address itself goes nowhere. `undefined` where there is none. */
export async function emailDigest(form: Element): Promise<string | undefined> {
  const address = form
    .querySelector<HTMLInputElement>('[type=email],[name*=mail]')
    ?.value.trim()
    .toLowerCase()
  // There is no crypto.subtle on pages without https.
  if (!address || !crypto.subtle) return undefined
  return hex(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(address)))
}
