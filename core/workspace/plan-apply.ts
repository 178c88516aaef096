import type { Issue } from '../model/errors.ts'
import type { JsonValue } from '../model/json.ts'
import type { Workspace } from '../model/workspace.ts'
import { type Change, fieldChanges } from './changes.ts'
import { rateKey } from './check-workspace.ts'
import { type Merged, merge } from './merge.ts'
import { formatPath, parsePath } from './path.ts'
import { forgotten, planSecrets, type SealedSecrets } from './plan-secrets.ts'
import { ALERT_SECRET_PLACE, sourceSecretPlace, tokenPlace } from './secret-places.ts'
import { validateWorkspace, type WorkspaceCheck } from './validate.ts'

type Noun = 'connections' | 'sources' | 'rules'

/** What a plan must know beside the two documents. */
export interface ApplyFacts {
  /** Also delete what the given document does not name. */
  prune: boolean
  removedRuleIds: ReadonlySet<string>
  /** The adapter each source id was created with, removed sources included. */
  sourceAdapters: ReadonlyMap<string, string>
  /** Deliveries that are not final, by id. */
  unsettled: Record<Noun, ReadonlyMap<string, number>>
  sealed: SealedSecrets
  /** Asked about each source as it is given, with its values still in place, and as it results. */
  sourceCheck: WorkspaceCheck
  /** Asked about the document that would result. */
  checks: readonly WorkspaceCheck[]
}

export interface ApplyPlan {
  next: Workspace
  /** Empty when there is nothing to do. */
  changes: Change[]
  /** Secrets to seal, by place; null forgets one. */
  seals: Map<string, string | null>
  /** Paths are those of the given document. With any of these nothing may be written. */
  problems: Issue[]
}

/** What `given` would make of `current`: created, updated, and with `prune` deleted. Writes nothing. */
export function planApply(current: Workspace, given: Workspace, facts: ApplyFacts): ApplyPlan {
  const secrets = planSecrets(given, facts.sealed)
  const wanted = secrets.workspace
  const { prune } = facts
  const alerts = wanted.alerts ?? (prune ? undefined : current.alerts)
  const connections = merge(current.connections, wanted.connections, idOf, { prune, ordered: false })
  const sources = merge(current.sources, wanted.sources, idOf, { prune, ordered: false })
  const rules = merge(current.rules, wanted.rules, idOf, { prune, ordered: true })
  const rates = merge(current.rates, wanted.rates, rateKey, { prune, ordered: false })
  const retention = wanted.retention ?? (prune ? undefined : current.retention)
  const capture = wanted.capture ?? (prune ? undefined : current.capture)
  const audits = wanted.audits ?? (prune ? undefined : current.audits)
  const next: Workspace = {
    version: 1,
    ...(alerts && { alerts }),
    connections: connections.entries,
    sources: sources.entries,
    rules: rules.entries,
    rates: rates.entries,
    ...(retention && { retention }),
    ...(capture && { capture }),
    ...(audits && { audits }),
  }

  const seals = secrets.seals
  for (const place of forgotten(current, next)) seals.set(place, null)
  const changes = [
    ...alertsChange(current, next, secrets.changed.has(ALERT_SECRET_PLACE)),
    ...changesOf('connection', connections, idOf, (id) => changedTokens(id, secrets.changed)),
    ...changesOf('source', sources, idOf, (id) => changedSecrets(id, wanted, secrets.changed)),
    ...changesOf('rule', rules, idOf),
    ...changesOf('rate', rates, rateKey),
    ...deletions(facts, { connection: connections, source: sources, rule: rules }, rates),
    ...orderChange(current, next),
    ...wholeChange('retention', current.retention, next.retention),
    ...wholeChange('capture', current.capture, next.capture),
    ...wholeChange('audits', current.audits, next.audits),
  ]
  const problems = [
    ...secrets.problems,
    ...identityProblems(current, given, facts),
    ...(prune ? unsettledProblems(facts, { connections, sources, rules }) : []),
    ...resultProblems(next, given, facts),
  ]
  return { next, changes, seals, problems }
}

const idOf = ({ id }: { id: string }) => id

/** The document as JSON knows it: optional settings that are undefined are absent. */
const asJson = (value: unknown): JsonValue => JSON.parse(JSON.stringify(value))

function changesOf<T>(
  kind: Change['kind'],
  { created, kept }: Merged<T>,
  keyOf: (entry: T) => string,
  secretsChanged: (id: string) => string[] = () => [],
): Change[] {
  const updates = kept.flatMap(({ before, after }): Change[] => {
    const id = keyOf(after)
    const fields = [
      ...fieldChanges(asJson(before), asJson(after)),
      ...secretsChanged(id).map((path) => ({ path, to: 'secret changed' })),
    ]
    return fields.length === 0 ? [] : [{ action: 'update', kind, id, fields }]
  })
  return [
    ...created.map((entry): Change => ({ action: 'create', kind, id: keyOf(entry), fields: [] })),
    ...updates,
  ]
}

function changedTokens(id: string, changed: ReadonlySet<string>): string[] {
  return (['events', 'marketing'] as const)
    .filter((name) => changed.has(tokenPlace(id, name)))
    .map((name) => `tokens.${name}`)
}

function changedSecrets(id: string, wanted: Workspace, changed: ReadonlySet<string>): string[] {
  const source = wanted.sources.find((candidate) => candidate.id === id)
  return Object.entries(source?.secrets ?? {})
    .filter(([name, said]) => [said].flat().some((_, at) => changed.has(sourceSecretPlace(id, name, at))))
    .map(([name]) => formatPath(['secrets', name]))
}

function alertsChange(
  { alerts: before }: Workspace,
  { alerts: after }: Workspace,
  secretChanged: boolean,
): Change[] {
  const fields = [
    ...fieldChanges(asJson(before ?? {}), asJson(after ?? {})),
    ...(secretChanged ? [{ path: 'webhook.secret', to: 'secret changed' }] : []),
  ]
  if (fields.length === 0 && (before === undefined) === (after === undefined)) return []
  const action = before === undefined ? 'create' : after === undefined ? 'delete' : 'update'
  return [{ action, kind: 'alerts', id: 'alerts', fields: action === 'update' ? fields : [] }]
}

function deletions(
  { prune }: ApplyFacts,
  merged: Record<'connection' | 'source' | 'rule', { absent: { id: string }[] }>,
  rates: Merged<Workspace['rates'][number]>,
): Change[] {
  if (!prune) return []
  const gone = (kind: Change['kind'], id: string): Change => ({ action: 'delete', kind, id, fields: [] })
  return [
    ...(['connection', 'source', 'rule'] as const).flatMap((kind) =>
      merged[kind].absent.map(({ id }) => gone(kind, id)),
    ),
    ...rates.absent.map((rate) => gone('rate', rateKey(rate))),
  ]
}

/** Of rules the first that fits wins, so their order is a setting. */
function orderChange(current: Workspace, next: Workspace): Change[] {
  const before = current.rules.map(idOf).filter((id) => next.rules.some((rule) => rule.id === id))
  const after = next.rules.map(idOf).filter((id) => before.includes(id))
  if (before.every((id, index) => id === after[index])) return []
  return [
    { action: 'update', kind: 'order', id: 'rules', fields: [{ path: 'rules', from: before, to: after }] },
  ]
}

/** A setting of the workspace as a whole. */
function wholeChange(kind: 'retention' | 'capture' | 'audits', before?: object, after?: object): Change[] {
  const fields = fieldChanges(asJson(before ?? {}), asJson(after ?? {}))
  if (fields.length === 0) return []
  const action = before === undefined ? 'create' : after === undefined ? 'delete' : 'update'
  return [{ action, kind, id: kind, fields: action === 'update' ? fields : [] }]
}

/** Ids are promises: a source keeps its kind, and a removed rule's id stays with what it once sent. */
function identityProblems(current: Workspace, given: Workspace, facts: ApplyFacts): Issue[] {
  const problems: Issue[] = []
  given.sources.forEach(({ id, adapter }, index) => {
    const created = facts.sourceAdapters.get(id)
    if (created !== undefined && created !== adapter)
      problems.push({
        path: formatPath(['sources', index, 'adapter']),
        message: `source "${id}" was created with adapter "${created}"`,
        remedy: 'Give the new source an id of its own.',
      })
  })
  given.rules.forEach(({ id }, index) => {
    if (facts.removedRuleIds.has(id) && !current.rules.some((rule) => rule.id === id))
      problems.push({
        path: formatPath(['rules', index, 'id']),
        message: `"${id}" was the id of a rule that was removed`,
        remedy: 'Choose another id: the old one tells what was sent before.',
      })
  })
  return problems
}

function unsettledProblems(
  { unsettled }: ApplyFacts,
  merged: Record<Noun, { absent: { id: string }[] }>,
): Issue[] {
  return (['connections', 'sources', 'rules'] as const).flatMap((noun) =>
    merged[noun].absent.flatMap(({ id }) => {
      const open = unsettled[noun].get(id) ?? 0
      if (open === 0) return []
      return [
        {
          path: noun,
          message: `"${id}" still has ${open} ${open === 1 ? 'delivery that is' : 'deliveries that are'} not final`,
          remedy: 'Wait until they are, or end them with closeback resolve, then prune.',
        },
      ]
    }),
  )
}

/** Problems of the result, with the place where the given document says so. */
function resultProblems(next: Workspace, given: Workspace, { checks, sourceCheck }: ApplyFacts): Issue[] {
  const inFile = validateWorkspace(given, [sourceCheck]).issues
  const found = validateWorkspace(next, [sourceCheck, ...checks]).issues.map((issue): Issue => {
    const [noun, index, ...rest] = parsePath(issue.path)
    if ((noun !== 'connections' && noun !== 'sources' && noun !== 'rules') || typeof index !== 'number')
      return issue
    const id = next[noun][index]?.id
    // Ids that stand twice are a problem too, and the second one is to be told from the first.
    const before = next[noun].slice(0, index).filter((entry) => entry.id === id).length
    const at = given[noun].flatMap((entry, place) => (entry.id === id ? [place] : []))[before]
    return { ...issue, path: formatPath([noun, at ?? id ?? index, ...rest]) }
  })
  const said = new Set(inFile.map(({ path }) => path))
  return [...inFile, ...found.filter(({ path }) => !said.has(path))]
}
