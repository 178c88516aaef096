import { z } from 'zod'
import type { RawIdentity } from '../../../core/identity/identity.ts'
import { plain } from '../../../core/model/page-url.ts'
import type { Settings } from '../settings.ts'
import { onPersonAccount } from './columns.ts'
import { columnOf, type Mark, markShape, readMark } from './marks.ts'
import type { Org } from './org.ts'
import { identityOf } from './person.ts'
import { childrenOf, idIn, momentOf, parentOf, type Row, textOf } from './row.ts'

/** What is kept of an opportunity between the poll that saw it and the step that reads its history: no personal data. */
export const opportunityShape = z.object({
  id: z.string(),
  stage: z.string(),
  isWon: z.boolean(),
  isClosed: z.boolean(),
  amount: z.number().nullable(),
  currency: z.string().nullable(),
  closeDate: z.string().nullable(),
  pipeline: z.string(),
  /** Epoch ms. */
  createdAt: z.number(),
  /** SystemModstamp, epoch ms. */
  modifiedAt: z.number(),
  isDeleted: z.boolean(),
  /** Its own mark, then those of its contacts, the primary one first. */
  marks: z.array(markShape),
  /** Ids of its contacts, the primary one first. */
  contacts: z.array(z.string()),
  hasContact: z.boolean(),
  fields: z.record(z.string(), z.string()).nullable(),
})
export type Opportunity = z.infer<typeof opportunityShape>

/** Record types have developer names; where an org has none, Salesforce calls the only one Master. */
export const MASTER = 'Master'

/** A row of the statement that `opportunityColumns` made. The people stay apart: they are hashed before anything is kept. */
export function readOpportunity(
  row: Row,
  org: Org,
  settings: Settings,
): { opportunity: Opportunity; identity: RawIdentity | null } {
  const id = idIn(row, 'Id')
  const createdAt = momentOf(row, 'CreatedDate')
  const column = columnOf(settings)
  const marks: (Mark | null)[] = [readMark(row, column, 'opportunity', createdAt)]
  const people: Parameters<typeof identityOf>[0][number][] = []
  const contacts: string[] = []
  for (const role of childrenOf(row, 'OpportunityContactRoles')) {
    const contact = parentOf(role, 'Contact')
    contacts.push(idIn(role, 'ContactId'))
    if (contact === null) continue
    people.push({ row: contact, as: 'contact' })
    marks.push(readMark(contact, column, 'contact', createdAt))
  }
  const account = parentOf(row, 'Account')
  if (account?.IsPersonAccount === true) {
    people.push({ row: account, as: 'account' })
    marks.push(readMark(account, (field) => onPersonAccount(column(field)), 'contact', createdAt))
  }
  const amount = row.Amount
  const opportunity: Opportunity = {
    id,
    stage: textOf(row, 'StageName') ?? '',
    isWon: row.IsWon === true,
    isClosed: row.IsClosed === true,
    amount: typeof amount === 'number' ? amount : null,
    currency: org.isMultiCurrency ? textOf(row, 'CurrencyIsoCode') : org.currency,
    closeDate: textOf(row, 'CloseDate'),
    pipeline: textOf(parentOf(row, 'RecordType'), 'DeveloperName') ?? MASTER,
    createdAt,
    modifiedAt: momentOf(row, 'SystemModstamp'),
    isDeleted: row.IsDeleted === true,
    marks: marks.filter((mark) => mark !== null),
    contacts,
    hasContact: people.length > 0,
    fields: keptFields(row, settings),
  }
  return { opportunity, identity: identityOf(people) }
}

/** Fields that rules may test; what reads like an e-mail address is left out, whatever its name. */
export function keptFields(row: Row, { keepFields }: Settings): Record<string, string> | null {
  const kept = keepFields.flatMap((name) => {
    const value = plain(textOf(row, name))
    return value === null ? [] : [[name, value] as const]
  })
  return kept.length === 0 ? null : Object.fromEntries(kept)
}
