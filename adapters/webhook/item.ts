import type { z } from 'zod'
import {
  choice,
  count,
  decimal,
  flag,
  idText,
  instant,
  list,
  maybe,
  oneOrMany,
  ownFields,
  pattern,
  shape,
  text,
} from './shape.ts'

const page = (what: string) =>
  text(4096, `${what} (http or https); only ttclid, utm_* and the parameters in keepUrlParameters are kept`)

const utm = shape(
  {
    source: maybe(text(256, 'utm_source, for example tiktok')),
    medium: maybe(text(256, 'utm_medium, for example paid_social')),
    campaign: maybe(text(256, 'utm_campaign: the campaign name')),
    content: maybe(text(256, 'utm_content: the ad')),
    term: maybe(text(256, 'utm_term')),
    id: maybe(text(256, 'utm_id: the campaign id, where the macro __CAMPAIGN_ID__ puts it')),
  },
  'the UTM parameters of the visit; parts left out are read from pageUrl',
)

const ttclid = text(2048, 'the click id of TikTok as it stood in the landing page URL, percent-decoded once')
const ttp = text(256, 'the value of the _ttp cookie')
const person = (max: number, about: string) => maybe(text(max, about))
const people = (about: string) => maybe(oneOrMany(text(1024, about), 20))

const contact = shape(
  {
    email: people('one e-mail address or a list of them, in plain text; hashed before anything is kept'),
    phone: people(
      'one phone number or a list of them, best in E.164 (+14155550100); hashed before anything is kept',
    ),
    externalId: maybe(
      oneOrMany(
        idText('your own id of the person, one or many; hashed before anything is kept', 'missing'),
        20,
      ),
    ),
    firstName: person(256, 'the first name; hashed before anything is kept'),
    lastName: person(256, 'the last name; hashed before anything is kept'),
    zip: person(64, 'the postal code, in quotes so that leading zeros stay; hashed before anything is kept'),
    city: person(256, 'the city'),
    state: person(256, 'the state or province'),
    country: person(64, 'the country as ISO 3166-1 alpha-2, for example US'),
    ip: person(64, 'the IPv4 or IPv6 address the person used, never that of a server'),
    userAgent: person(1024, 'the user agent of the browser the person used'),
    locale: person(64, 'the language as BCP 47, for example en-US'),
  },
  'the person behind the record',
)

const touch = shape(
  {
    at: instant('the moment of the click or visit, ISO 8601 with an offset'),
    kind: maybe(choice(['click', 'visit'], 'click or visit; without it, click when there is a ttclid')),
    ttclid: maybe(ttclid),
    ttp: maybe(ttp),
    utm: maybe(utm),
    pageUrl: maybe(page('the page that was visited')),
    referrer: maybe(page('the page before it')),
  },
  'an earlier ad click or visit of the same person',
)

const line = shape(
  {
    id: idText('the SKU or product id'),
    price: maybe(decimal('the price of one unit as a plain decimal of zero or more, for example "4200.00"')),
    quantity: maybe(count(0, 1_000_000_000, 'how many units, a whole number')),
    name: maybe(text(512, 'the name of the product')),
    category: maybe(text(512, 'the category of the product')),
    brand: maybe(text(512, 'the brand of the product')),
  },
  'one line of the order',
)

/** The native body of the webhook adapter: one stage change of one record. */
export const itemShape = shape(
  {
    id: maybe(
      idText('your unique id of this message; the same id with the same content is a duplicate for ever'),
    ),
    record: shape(
      {
        type: pattern(
          /^[a-z][a-z0-9_-]{0,63}$/,
          'must be 1 to 64 of a-z, 0-9, "_" and "-", starting with a letter',
          'what kind of record this is: deal, form, or your own word in small letters',
        ),
        id: idText('the id of the record in your system; ids of forms are hashed before anything is kept'),
        pipeline: maybe(text(256, 'the pipeline the stage belongs to')),
      },
      'the record that moved: { "type": "deal", "id": "D-1042" }',
    ),
    stage: idText('the stage that was entered: won, lost, or your own stage id'),
    previousStage: maybe(text(256, 'the stage that was left')),
    occurredAt: instant(
      'the moment the stage was entered, ISO 8601 with an offset, for example 2026-11-20T10:00:00Z',
    ),
    amount: maybe(
      decimal('the amount of the record as a plain decimal in major units, best in quotes: "4200.00"'),
    ),
    currency: maybe(text(16, 'the currency of the amount as ISO 4217, for example USD')),
    orderId: maybe(idText('the order id that TikTok is told', 'missing')),
    contents: maybe(list(line, 100, 'the lines of the order')),
    contact: maybe(contact),
    click: maybe(
      shape(
        {
          ttclid: maybe(ttclid),
          ttp: maybe(ttp),
          clickedAt: maybe(instant('the moment of the click, ISO 8601 with an offset')),
        },
        'the ad click the record came from',
      ),
    ),
    touches: maybe(list(touch, 50, 'earlier clicks and visits of the same person')),
    utm: maybe(utm),
    pageUrl: maybe(page('the page where the record began')),
    referrer: maybe(page('the page before it')),
    leadId: maybe(
      idText('the lead id of a TikTok Instant Form, in quotes; no other form has one', 'missing'),
    ),
    eventId: maybe(text(256, 'the event_id the TikTok pixel sent for this very form; goes with eventName')),
    eventName: maybe(text(64, 'the event name the pixel sent with eventId')),
    consent: maybe(choice(['granted', 'denied'], 'granted or denied; denied is never sent')),
    limitedDataUse: maybe(flag('true to ask TikTok for limited data use')),
    fields: maybe(
      ownFields('your own values by name, which rules may test or take a value from; never personal data'),
    ),
  },
  'one stage change of one record',
)

export type Item = z.infer<typeof itemShape.schema>
