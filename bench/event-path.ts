import { contentOf } from '../adapters/webhook/facts.ts'
import { type Item, itemShape } from '../adapters/webhook/item.ts'
import { meaningOf } from '../adapters/webhook/meaning.ts'
import { identityOf } from '../adapters/webhook/person.ts'
import { settings as webhookSettings } from '../adapters/webhook/settings.ts'
import { hashIdentity } from '../core/identity/hash-identity.ts'
import { emptyHashedIdentity } from '../core/identity/identity.ts'
import { compileRules } from '../core/mapping/mapper.ts'
import type { Route } from '../core/model/delivery.ts'
import { EMPTY_FACTS } from '../core/model/record.ts'
import { payloadOf } from '../core/tiktok/payload.ts'
import { parseWorkspaceText } from '../core/workspace/parse-text.ts'
import { SOURCE_ID, WORKSPACE } from './samples.ts'

const NO_ROUTES: ReadonlyMap<string, Route> = new Map()

/**
 * The product's own steps from the text of one webhook item to the text that TikTok is sent, without a ledger between
 * them: read, hashed, mapped, serialised. `checked` adds the check of every field by the adapter's schema.
 */
export function eventPath(now: number, checked: boolean): (text: string) => string {
  const { workspace } = parseWorkspaceText(WORKSPACE, 'bench')
  const mapper = compileRules(workspace, new Map())
  const settings = webhookSettings.parse(workspace.sources[0]?.settings)
  const reading = { sourceId: SOURCE_ID, settings, now, messageId: null }
  const source = {
    id: SOURCE_ID,
    uid: '5d1d7b6e-3a3c-4a57-9d46-6f9d6f3f0a11',
    createdAt: 0,
    leadEventSource: '',
  }
  const options = { defaultCountry: settings.defaultCountry ?? null }

  return (text) => {
    const item: Item = JSON.parse(text)
    if (checked && !itemShape.fits(item)) throw new Error('the sample does not fit the schema')
    const meaning = meaningOf(item, reading)
    const content = contentOf(item, meaning, settings.keepUrlParameters)
    const person = identityOf(item.contact)
    const identity = person === null ? emptyHashedIdentity() : hashIdentity(person, options)
    const record = { type: item.record.type, id: String(item.record.id) }
    const facts = { ...EMPTY_FACTS, ...content.facts }
    const [mapped] = mapper.map({
      source,
      origin: { sourceUid: source.uid, record },
      change: {
        key: `id:${item.id}`,
        record,
        pipeline: content.pipeline ?? null,
        stage: content.stage,
        previousStage: content.previousStage ?? null,
        milestone: content.stage,
        occurredAt: content.occurredAt,
        historyId: null,
        amount: facts.amount,
        browserEvent: content.browserEvent ?? null,
      },
      facts,
      identity,
      routes: NO_ROUTES,
      suppressed: false,
      now,
    })
    if (mapped?.kind !== 'delivery') throw new Error('the sample is not sent')
    return payloadOf(mapped.conversion)
  }
}
