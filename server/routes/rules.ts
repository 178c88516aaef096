import { z } from 'zod'
import { listPeople } from '../../core/ledger/people.ts'
import { countByRule } from '../../core/ledger/rule-counts.ts'
import { listVersions, readVersion } from '../../core/ledger/versions.ts'
import { readRuleStarts, workspaceLedger } from '../../core/ledger/workspace.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import { DAY, toIso } from '../../core/model/time.ts'
import type { Workspace, WorkspaceInput } from '../../core/model/workspace.ts'
import { VersionShape } from '../openapi/console-shapes.ts'
import { WorkspaceShape } from '../openapi/shapes.ts'
import { editWorkspace } from '../workspace-edit.ts'
import { operation } from './operation.ts'
import { NumberText } from './parameters.ts'

const PAGE = 50
const COUNTED_DAYS = 30
const Rules = z.array(z.record(z.string(), z.json()))
const Saved = z.object({ revision: z.int(), renamed: z.record(z.string(), z.string()) })
const CONFLICT = { 409: { description: 'somebody else changed the settings meanwhile; nothing was written' } }

/** The rules as people change them: as a whole, on top of the revision they looked at. */
export const ruleOperations = [
  operation({
    route: 'GET /api/v1/rules',
    id: 'getRules',
    summary: 'Reads the rules and since when each applies to each connection',
    answers: {
      200: {
        description: 'in the order in which they count',
        schema: z.object({
          revision: z.int().describe('the base of a change'),
          rules: WorkspaceShape.shape.rules,
          starts: z.array(z.object({ ruleId: z.string(), connectionId: z.string(), at: z.iso.datetime() })),
        }),
      },
    },
    async act(_call, { closeback: { ledger, store } }) {
      await store.refresh()
      const { workspace, revision } = store.current
      const starts = [...(await readRuleStarts(ledger.db))].flatMap(([ruleId, byConnection]) =>
        [...byConnection].map(([connectionId, at]) => ({ ruleId, connectionId, at: toIso(at) })),
      )
      return { status: 200, body: { revision, rules: workspace.rules, starts } }
    },
  }),
  operation({
    route: 'GET /api/v1/rules/counts',
    id: 'countByRule',
    summary: `Counts what TikTok accepted for each rule in ${COUNTED_DAYS} days`,
    answers: {
      200: {
        description: 'without Test Events; rules and connections without any are left out',
        schema: z.object({
          since: z.iso.datetime(),
          counts: z.array(z.object({ ruleId: z.string(), connectionId: z.string(), count: z.int() })),
        }),
      },
    },
    async act(_call, { closeback: { ledger, store } }) {
      const since = ledger.now() - COUNTED_DAYS * DAY
      const ids = store.current.workspace.connections.map(({ id }) => id)
      return {
        status: 200,
        body: { since: toIso(since), counts: await countByRule(ledger.reader, ids, since) },
      }
    },
  }),
  operation({
    route: 'PUT /api/v1/rules',
    id: 'saveRules',
    summary: 'Makes the rules what the body says',
    body: z.strictObject({ base: z.int(), rules: Rules }),
    answers: { 200: { description: 'saved as a version', schema: Saved }, ...CONFLICT },
    async act({ body: { base, rules }, actor }, host) {
      const change = (current: Workspace) => ({ ...current, rules }) as unknown as WorkspaceInput
      const { revision } = await editWorkspace(host, { actor, base, change })
      return { status: 200, body: { revision, renamed: {} } }
    },
  }),
  operation({
    route: 'POST /api/v1/rules/revert',
    id: 'revertRules',
    summary: 'Brings the rules of an earlier version back',
    description:
      'A rule that was removed since comes back under another id, which `renamed` tells: the old one says what was sent before.',
    body: z.strictObject({ base: z.int(), to: z.int() }),
    answers: {
      200: { description: 'saved as a new version', schema: Saved },
      404: { description: 'there is no such version' },
      ...CONFLICT,
    },
    async act({ body: { base, to }, actor }, host) {
      const { ledger } = host.closeback
      const version = await readVersion(ledger.db, to)
      if (version === null) throw noVersion(to)
      const removed = new Set(await workspaceLedger(ledger).removedRuleIds())
      const renamed: Record<string, string> = {}
      const { revision } = await editWorkspace(host, {
        actor,
        base,
        change: (current) => {
          const taken = new Set([...removed, ...current.rules.map(({ id }) => id)])
          const rules = version.workspace.rules.map((rule) => {
            if (!removed.has(rule.id) || current.rules.some(({ id }) => id === rule.id)) return rule
            const id = freeId(rule.id, taken)
            renamed[rule.id] = id
            return { ...rule, id }
          })
          return { ...current, rules }
        },
      })
      return { status: 200, body: { revision, renamed } }
    },
  }),
  operation({
    route: 'GET /api/v1/versions',
    id: 'listVersions',
    summary: 'Lists the versions of the settings, newest first, with who made them',
    query: z.strictObject({ before: NumberText.describe('`before` of the last page').optional() }),
    answers: {
      200: {
        description: 'one page',
        schema: z.object({ versions: z.array(VersionShape), before: z.int().nullable() }),
      },
    },
    async act({ query: { before } }, { closeback: { ledger } }) {
      const rows = await listVersions(ledger.db, { before: before ?? null, limit: PAGE + 1 })
      const people = new Map((await listPeople(ledger.db)).map(({ id, name, email }) => [id, name || email]))
      const page = rows.slice(0, PAGE)
      return {
        status: 200,
        body: {
          versions: page.map(({ revision, at, actor, workspace }) => ({
            revision,
            at: toIso(at),
            actor,
            person: people.get(actor) ?? null,
            rules: workspace.rules,
          })),
          before: rows.length > PAGE ? (page.at(-1)?.revision ?? null) : null,
        },
      }
    },
  }),
]

function freeId(id: string, taken: Set<string>): string {
  for (let n = 2; ; n++) {
    const free = `${id.replace(/-\d+$/, '')}-${n}`
    if (taken.has(free)) continue
    taken.add(free)
    return free
  }
}

function noVersion(revision: number): ClosebackError {
  return new ClosebackError('not_found', `There is no version ${revision}.`, {
    remedy: 'GET /api/v1/versions lists them.',
  })
}
