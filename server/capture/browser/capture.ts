import type { Closeback, Settings } from './api.ts'
import { emailDigest, post } from './collect.ts'
import { sendsGpc, watchConsent } from './consent.ts'
import { createEmbeds } from './embeds.ts'
import { createFields, fieldNames, type Values } from './fields.ts'
import { createPixel, type Said } from './pixel.ts'
import { forget, load, type Memory, readCookie, save } from './store.ts'
import { journey, valuesOf } from './values.ts'
import { isSent, join, readVisit, type Visit } from './visits.ts'
import { watchPage } from './watch.ts'

const CLICK_DAYS = 28
const NOBODY: Memory = { id: '', visits: [] }

/** Starts capturing on this page, and returns what stands in `window.closeback` from then on. */
export function capture(settings: Settings): Closeback {
  const { event, clickDays = CLICK_DAYS, collect } = settings
  const pixel = createPixel()
  let consent: boolean | null = null
  let said: Said | null = event ? pixel.event(event) : null
  let memory = NOBODY
  /** This page's own visits: in memory only, until somebody consents. */
  const arrived: Visit[] = [readVisit(document.referrer)]

  const values = (): Values =>
    valuesOf(memory, clickDays)
      .set('ttp', consent ? readCookie('_ttp') : '')
      .set('event_id', (consent && said?.id) || '')
      .set('event_name', (consent && said?.name) || '')
      .set('consent', !settings.consent || consent === null ? '' : consent ? 'granted' : 'denied')
      .set('limited_data_use', settings.limitedDataUse || sendsGpc() ? 'true' : '')

  const valueFor = fieldNames(settings.fields)
  const fields = createFields(valueFor)
  const embeds = createEmbeds(settings.embeds, valueFor)
  const pages = watchPage({
    changed: () => fill(),
    typed: fields.typed,
    submitted(form) {
      if (consent && event) say(pixel.track(event))
      else fill()
      if (memory.id && collect)
        void emailDigest(form).then((email) => email && post(collect, { visitor: memory.id, email }))
    },
    moved() {
      const visit = readVisit('')
      if (isSent(visit)) arrived.push(visit)
      remember()
    },
  })

  function remember(): void {
    if (!consent) return
    const { id, visits } = load()
    memory = { id, visits: join(visits, arrived) }
    save(memory)
    const touches = journey(memory.visits.filter((each) => !visits.includes(each)))
    if (touches[0]) post(collect, { visitor: id, touches })
    fill()
  }

  function fill(root?: Element | Document): void {
    const known = values()
    for (const each of root ? [root] : pages()) {
      fields.fill(each, known)
      if (consent) embeds.hand(each, known)
    }
  }

  function say(event: Said): string {
    said = event
    fill()
    return event.id
  }

  addEventListener('blur', () => embeds.used(document.activeElement))
  watchConsent(settings.consent, (granted) => {
    consent = granted
    if (granted) return remember()
    memory = NOBODY
    forget()
    fill()
  })
  // Whoever decided at once has filled already.
  if (consent === null) fill()

  return {
    get: () => ({
      consent,
      touches: journey(memory.visits),
      values: Object.fromEntries([...values()].filter(([, value]) => value)),
    }),
    fill,
    eventId: (name) => say(pixel.event(name)),
    track: (name, properties) => say(pixel.track(name, properties)),
  }
}
