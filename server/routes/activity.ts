import { z } from 'zod'
import { listEntries } from '../../core/ledger/journal.ts'
import { listPeople } from '../../core/ledger/people.ts'
import { toIso } from '../../core/model/time.ts'
import { operation } from './operation.ts'
import { NumberText } from './parameters.ts'

const PAGE = 100

export const getActivity = operation({
  route: 'GET /api/v1/activity',
  id: 'listActivity',
  summary: 'Tells who did what, newest first',
  query: z.strictObject({
    before: NumberText.describe('only entries with a smaller id: `before` of the last page').optional(),
  }),
  answers: {
    200: {
      description: 'one page',
      schema: z.object({
        entries: z.array(
          z.object({
            id: z.int(),
            at: z.iso.datetime(),
            actor: z.string().describe('`cli`, `host`, or the id of a key or person'),
            person: z.string().nullable().describe('the address of the person, while they are one'),
            verb: z.string(),
            subject: z.string(),
            deliveryId: z.int().nullable(),
            detail: z.string(),
          }),
        ),
        before: z.int().nullable().describe('for the next page; null when this is the last'),
      }),
    },
  },
  async act({ query: { before } }, { closeback: { ledger } }) {
    const rows = await listEntries(ledger.reader, { before: before ?? null, limit: PAGE + 1 })
    const people = new Map((await listPeople(ledger.db)).map(({ id, email }) => [id, email]))
    const page = rows.slice(0, PAGE)
    return {
      status: 200,
      body: {
        entries: page.map(({ at, ...entry }) => ({
          ...entry,
          at: toIso(at),
          person: people.get(entry.actor) ?? null,
        })),
        before: rows.length > PAGE ? (page.at(-1)?.id ?? null) : null,
      },
    }
  },
})
