import { type Finding, failed, fine, notChecked, warning } from '../commands/finding.ts'
import { LOOK_AT_FIELDS } from './page-scripts.ts'
import type { Visit } from './visit.ts'

interface Seen {
  fields: { name: string; type: string; value: string; maxLength: number }[]
  /** URLs of frames of other sites. */
  frames: string[]
  /** What widgets will hand to their frames. */
  carried: string[]
  pixel: boolean
}

const FILLED_MS = 3000

/** Whether the click id reached the form that is on this page now; if not, what stands in the way. */
export async function judgeFields({ page, until }: Visit, ttclid: string): Promise<Finding[]> {
  const isThere = `${LOOK_AT_FIELDS}.then(({ fields, frames, carried }) =>
    fields.some(({ value }) => value === '${ttclid}') || [...frames, ...carried].some((text) => text.includes('${ttclid}')))`
  await until(isThere, FILLED_MS)
  const seen = (await page.evaluate(LOOK_AT_FIELDS)) as Seen
  return [clickField(seen, ttclid), campaignField(seen), eventField(seen)]
}

function clickField(seen: Seen, ttclid: string): Finding {
  const field = seen.fields.find(({ value }) => value === ttclid)
  if (field) return fine('field for the click id', `${field.name} holds it.`)
  if ([...seen.frames, ...seen.carried].some((text) => text.includes(ttclid)))
    return fine('field for the click id', 'The address of the frame with the form carries it.')
  // In the list of all visits it is nobody's click.
  const page = seen.fields.find(({ value }) => URL.parse(value)?.searchParams.get('ttclid') === ttclid)
  if (page) return fine('field for the click id', `${page.name} holds it, in the address of a page.`)
  const named = seen.fields.find(({ name }) => /ttclid|tiktok_click/i.test(name))
  if (named && named.maxLength >= 0 && named.maxLength < ttclid.length)
    return failed(
      'field for the click id',
      `${named.name} takes ${named.maxLength} characters, and click ids are longer.`,
      'Let the field take 1000 characters.',
    )
  if (named && named.value !== '')
    return failed(
      'field for the click id',
      `${named.name} holds a value of the page's own, which is never overwritten.`,
      'Leave the field empty.',
    )
  const [frame] = seen.frames.filter((url) => /^https?:/.test(url))
  if (frame && seen.fields.length === 0) {
    const { host } = new URL(frame)
    return failed(
      'field for the click id',
      `The form stands in a frame of ${host}, where other pages cannot write.`,
      `Name ${host} in data-embeds, if its forms take values in their address; docs/capture.md says how.`,
    )
  }
  return failed(
    'field for the click id',
    'The form has no field for it.',
    'Add a hidden field named ttclid, or map yours with data-fields; docs/capture.md has it for each form builder.',
  )
}

function campaignField({ fields, frames, carried }: Seen): Finding {
  const texts = [...fields.map(({ value }) => value), ...frames, ...carried]
  if (texts.some((text) => text.includes('closeback-check')))
    return fine('field for the campaign', 'The campaign is there, too.')
  return warning(
    'field for the campaign',
    'No field takes the campaign.',
    'Add hidden fields utm_source and utm_campaign, to see later which ad it was.',
  )
}

function eventField({ fields, pixel }: Seen): Finding {
  if (!pixel)
    return notChecked(
      'pixel',
      'There is no TikTok pixel on this page: only the server will tell of the form.',
      null,
    )
  if (fields.some(({ name }) => /event_id/i.test(name)))
    return fine('pixel', 'There, and the form has a field for the event id.')
  return warning(
    'pixel',
    'There is a pixel, but the form carries no event id: its events would count twice.',
    'Add hidden fields event_id and event_name, if the form itself is sent to TikTok.',
  )
}
