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
