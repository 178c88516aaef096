import type { Settings } from './api.ts'
import type { ValueFor, Values } from './fields.ts'

interface HubSpotForm {
  getFormFieldValues(): Promise<{ name: string; value: unknown }[]>
  setFieldValue(name: string, value: string): void
}

/** Hands values to pages of others, which cannot be written to: in their URLs, and through HubSpot's interface. */
export function createEmbeds(further: Settings['embeds'], valueFor: ValueFor) {
  const hosts: NonNullable<Settings['embeds']> = {
    'typeform.com': {},
    'calendly.com': {},
    'meetings.hubspot.com': {},
    ...further,
  }
  const done = new WeakSet<Element>()
  return {
    /** A person was in this frame: loading it anew would lose what they typed. */
    used: (frame: Element | null) => void (frame && done.add(frame)),

    hand(root: ParentNode, values: Values): void {
      const carried = [...values].filter(
        ([key, value]) => value && !/touch|page|referrer|_at$|^first/.test(key),
      )
      const change = (selector: string, name: string, to: (text: string) => string) => {
        for (const node of root.querySelectorAll(selector)) {
          const text = node.getAttribute(name) ?? ''
          const changed = to(text)
          if (done.has(node) || changed === text) continue
          done.add(node)
          node.setAttribute(name, changed)
        }
      }
      const decorate = (text: string) => decorated(text, carried)
      change('iframe', 'src', decorate)
      change('[data-url]', 'data-url', decorate)
      change('a', 'href', decorate)
      change('[data-tf-live],[data-tf-widget],[data-tf-popup],[data-tf-slider]', 'data-tf-hidden', (text) =>
        [text, ...carried.map(([key, value]) => `${key}=${value.replace(/,/g, '\\,')}`)]
          .filter(Boolean)
          .join(),
      )
      const { HubSpotFormsV4: hubSpot } = window as unknown as {
        HubSpotFormsV4?: { getForms(): HubSpotForm[] }
      }
      for (const form of hubSpot?.getForms() ?? []) void handToHubSpot(form, values)
    },
  }

  async function handToHubSpot(form: HubSpotForm, values: Values): Promise<void> {
    for (const { name, value } of await form.getFormFieldValues()) {
      const known = valueFor(values, name)
      if (known && !value) form.setFieldValue(name, known)
    }
  }

  function decorated(text: string, carried: [string, string][]): string {
    const [, at = ''] = /^(?:https?:)?\/\/([\w.-]+)/.exec(text) ?? []
    const host = Object.keys(hosts).find((each) => `.${at}`.endsWith(`.${each}`))
    if (!host) return text
    const url = new URL(text, location.href)
    const { searchParams } = url
    for (const [key, value] of carried) {
      const name = hosts[host]?.[key] ?? key
      if (!searchParams.has(name)) searchParams.set(name, value)
    }
    // Typeform reads hidden fields behind the #; what stands before it makes a frame that is there already load anew.
    if (/typeform/.test(host)) url.hash += (url.hash && '&') + searchParams
    return url.href
  }
}
