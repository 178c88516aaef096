import type { Decide, Settings } from './api.ts'

interface TcData {
  eventStatus: string
  gdprApplies?: boolean
  purpose: { consents: Record<number, boolean> }
}

interface Signals {
  dataLayer?: unknown[]
  __tcfapi?: (command: string, version: number, callback: (data: TcData, ok: boolean) => void) => void
}

/** How often, and how many times, a consent tool is waited for that loads after us. */
const LOOK_MS = 200
const LOOKS = 150

/** Whether the browser sends Global Privacy Control. */
export function sendsGpc(): boolean {
  return !!(navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl
}

/** Decides at once where nobody asks for consent; else whenever the site's consent tool says something. */
export function watchConsent(consent: Settings['consent'], decide: Decide): void {
  if (consent === 'tcf') watchTcf(decide, LOOKS)
  else if (consent === 'dataLayer') watchDataLayer(decide)
  else {
    const answer = typeof consent === 'function' ? consent(decide) : !consent || !sendsGpc()
    if (answer !== undefined) decide(answer)
  }
}

function watchTcf(decide: Decide, looks: number): void {
  const { __tcfapi } = window as Signals
  if (__tcfapi)
    __tcfapi('addEventListener', 2, ({ eventStatus, gdprApplies, purpose }, ok) => {
      // 1: store and read on the device; 7: measure how ads perform.
      if (ok && eventStatus !== 'cmpuishown')
        decide(gdprApplies === false || !!(purpose.consents[1] && purpose.consents[7]))
    })
  else if (looks) setTimeout(watchTcf, LOOK_MS, decide, looks - 1)
}

/** `gtag('consent', 'default' | 'update', { ad_storage: 'granted' | 'denied' })`, said before us or later. */
function watchDataLayer(decide: Decide): void {
  const signals = window as Signals
  signals.dataLayer = signals.dataLayer || []
  const layer = signals.dataLayer
  const hear = (entry: unknown) => {
    const { 0: verb, 1: kind, 2: said } = Object(entry) as [unknown, unknown, { ad_storage?: unknown }?]
    const storage = verb === 'consent' && said?.ad_storage
    // A default of "denied" only says that nobody was asked yet.
    if (storage === 'granted' || (storage === 'denied' && kind === 'update')) decide(storage === 'granted')
  }
  layer.forEach(hear)
  const { push } = layer
  layer.push = (...entries) => {
    entries.forEach(hear)
    return push.apply(layer, entries)
  }
}
