// Run inside the page, so they are text: functions would be changed by coverage tools and loaders.

/** Fields that a person fills in, in the page or in a frame of it; a search box alone is no form. */
export const HAS_FORM = `(() => {
  const documents = [document, ...Array.from(document.querySelectorAll('iframe'), (frame) => frame.contentDocument).filter(Boolean)]
  const fields = documents.flatMap((each) => [...each.querySelectorAll('input,textarea')])
  return fields.some((field) => /^(email|tel|text|textarea)$/.test(field.type) && !/search|query|^q$|^s$/i.test(field.name + field.id)) ||
    [...document.querySelectorAll('iframe')].some((frame) => /typeform|calendly|hsforms|hubspot|tally|jotform|forms\\./.test(frame.src)) ||
    document.querySelector('[data-tf-live],[data-tf-widget],.calendly-inline-widget,.hs-form-frame') !== null
})()`

/** Every hidden-able field and every frame, with what this check needs of them. */
export const LOOK_AT_FIELDS = `(async () => {
  const documents = [document, ...Array.from(document.querySelectorAll('iframe'), (frame) => frame.contentDocument).filter(Boolean)]
  const fields = documents.flatMap((each) => [...each.querySelectorAll('input,textarea')]).map(({ name, id, type, value, maxLength }) => ({ name: name || id, type, value, maxLength }))
  const frames = [...document.querySelectorAll('iframe')].filter((frame) => !frame.contentDocument).map((frame) => frame.src)
  const carried = [...document.querySelectorAll('[data-url],[data-tf-hidden]')].map((node) => (node.dataset.url ?? '') + ' ' + (node.dataset.tfHidden ?? ''))
  const hubSpot = []
  for (const form of window.HubSpotFormsV4?.getForms() ?? [])
    for (const { name, value } of await form.getFormFieldValues()) hubSpot.push({ name, type: 'hidden', value: String(value ?? ''), maxLength: -1 })
  return { fields: [...fields, ...hubSpot], frames, carried, pixel: typeof window.ttq === 'object' }
})()`

/** A timer may be late by so much on a busy machine. */
const LATE_MS = 300

/** Notes when timers of the page and of its frames will run out; what they do and when is left as it is. */
export const NOTE_TIMERS = `(() => {
  const due = new Map()
  for (const [name, once] of [['setTimeout', true], ['setInterval', false]]) {
    const begin = window[name]
    window[name] = (act, ms, ...rest) => {
      const id = begin(act, ms, ...rest)
      due.set(id, once ? performance.now() + (Number(ms) || 0) : Infinity)
      return id
    }
  }
  for (const name of ['clearTimeout', 'clearInterval']) {
    const end = window[name]
    window[name] = (id) => {
      due.delete(id)
      end(id)
    }
  }
  const canChange = (ms) => [...due.values()].some((at) => at === Infinity || (at > performance.now() - ${LATE_MS} && at < performance.now() + ms))
  Object.defineProperty(window, Symbol.for('closeback.canChange'), { value: canChange })
})()`

/** Whether a timer of the page, or of a frame of its origin, runs out within so many milliseconds. */
export const CAN_CHANGE = `((ms) => [window, ...Array.from(document.querySelectorAll('iframe'), (frame) => frame.contentDocument?.defaultView).filter(Boolean)].some((each) => each[Symbol.for('closeback.canChange')]?.(ms) ?? false))`
