import { hash } from 'node:crypto'
import type { Hydrated, StoredTicket, Ticket } from '../../core/adapter.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import { type Page, plain, stripPage } from '../../core/model/page-url.ts'
import { EMPTY_FACTS, type Facts, type Touchpoint, type Utm, VISITOR_FIELD } from '../../core/model/record.ts'
import type { Submission } from './api.ts'
import type { Content } from './content.ts'
import { personFrom } from './person.ts'
import type { Settings } from './settings.ts'

/** The stage of every submission. */
export const SUBMITTED = 'submitted'

/** A submission as a ticket: complete in itself, because nothing but the list of submissions tells of it. */
export function formTicket(
  form: string,
  submission: Submission,
  settings: Settings,
  sourceId: string,
): Ticket {
  const { id, submittedAt, values } = submission
  const fields = new Map(values.map(({ name, value }) => [name.toLowerCase(), value]))
  const page = submission.pageUrl === null ? null : stripPage(submission.pageUrl, settings.keepUrlParameters)
  const facts = factsOf(fields, page, submittedAt, settings)
  const content: Content = {
    v: 1,
    form: {
      at: submittedAt,
      form,
      facts,
      touchpoints: touchpointOf(facts, submittedAt),
      browserEvent: eventOf(fields, settings),
    },
  }
  return {
    key: `form:${form}:${id}`,
    id: null,
    // Ids of submissions come from the browser: only their digest is kept.
    record: { type: 'form', id: hash('sha256', `${sourceId}\n${form}\n${id}`) },
    said: { form, id, submittedAt, values: values.map(({ name, value }) => [name, value]) },
    content: content as unknown as Ticket['content'],
    identity: personFrom((name) => fields.get(name)?.trim() || null),
  }
}

/** The stage change of a submission. Throws ClosebackError `invalid` when the ticket is none of a form. */
export function hydrateForm(ticket: StoredTicket, { form }: Content): Hydrated {
  if (!form)
    throw new ClosebackError('invalid', 'A stored form of HubSpot has no content.', {
      remedy: 'Run the version of Closeback that received it, or a later one.',
    })
  return {
    ticket: ticket.key,
    change: {
      key: ticket.key,
      record: ticket.record,
      pipeline: form.form,
      stage: SUBMITTED,
      previousStage: null,
      milestone: SUBMITTED,
      occurredAt: form.at,
      historyId: null,
      amount: null,
      browserEvent: form.browserEvent,
    },
    facts: { ...EMPTY_FACTS, ...form.facts },
    asOf: form.at,
    identity: ticket.identity,
    touchpoints: form.touchpoints,
  }
}

type Fields = ReadonlyMap<string, string>

/** Hidden fields first, then the page's URL: a form without them still says where its visitor came from. */
function factsOf(fields: Fields, page: Page | null, at: number, settings: Settings): Partial<Facts> {
  const first = (names: readonly string[], parameter?: string): string | null => {
    for (const name of names) {
      const value = plain(fields.get(name))
      if (value !== null) return value
    }
    return parameter === undefined ? null : (page?.params.get(parameter) ?? null)
  }
  const { utm } = settings
  const values: Utm = {
    source: first(utm.source, 'utm_source'),
    medium: first(utm.medium, 'utm_medium'),
    campaign: first(utm.campaign, 'utm_campaign'),
    content: first(utm.content, 'utm_content'),
    term: first(utm.term, 'utm_term'),
    id: first(utm.id, 'utm_id'),
  }
  const ttclid = first(settings.clickIds, 'ttclid')
  const visitor = first([VISITOR_FIELD])
  return {
    ttclid,
    // The visit that ended in the form began with the click; nothing tells the moment better.
    clickedAt: ttclid === null ? null : at,
    ttp: first(settings.ttp),
    utm: Object.values(values).every((value) => value === null) ? null : values,
    pageUrl: page?.url ?? null,
    fields: visitor === null ? null : { [VISITOR_FIELD]: visitor },
  }
}

function touchpointOf(facts: Partial<Facts>, at: number): Touchpoint[] {
  const { ttclid = null, ttp = null, utm = null, pageUrl = null } = facts
  if (ttclid === null && utm === null) return []
  return [{ at, kind: ttclid === null ? 'visit' : 'click', ttclid, ttp, utm, pageUrl, referrer: null }]
}

function eventOf(fields: Fields, { eventIds, formEvent }: Settings) {
  for (const name of eventIds) {
    const id = plain(fields.get(name))
    if (id !== null) return { id, name: formEvent }
  }
  return null
}
