import type { SourceAdapter } from '../adapter.ts'
import { readExpectedFigures } from '../ledger/expected-values.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { type Restored, readRestored } from '../ledger/restores.ts'
import { readRuleStarts, readSources, type SourceRow } from '../ledger/workspace.ts'
import type { Mapper } from '../mapping/mapped.ts'
import { compileRules } from '../mapping/mapper.ts'
import type { Connection, Source, Workspace } from '../model/workspace.ts'

/** A configured account of an adapter, with what the ledger keeps of it. */
export interface ActiveSource {
  source: Source
  row: SourceRow
  adapter: SourceAdapter
}

/** One revision of the workspace, ready to work with. Never changes; a new revision is a new object. */
export interface Settings {
  revision: number
  workspace: Workspace
  mapper: Mapper
  connections: ReadonlyMap<string, Connection>
  sources: ReadonlyMap<string, ActiveSource>
  /** The uid of every source there ever was, by id. */
  uids: ReadonlyMap<string, string>
  /** Set when the ledger came from a backup; a restore needs that nothing runs, so it cannot change under us. */
  restored: Restored | null
}

/** Compiles a revision: rules become functions, sources find their adapter and their birthday. */
export async function compileSettings(
  ledger: Ledger,
  adapters: ReadonlyMap<string, SourceAdapter>,
  { workspace, revision }: { workspace: Workspace; revision: number },
): Promise<Settings> {
  const [rows, starts, restored, expected] = await Promise.all([
    readSources(ledger.db),
    readRuleStarts(ledger.db),
    readRestored(ledger.db),
    readExpectedFigures(ledger.db),
  ])
  const sources = new Map<string, ActiveSource>()
  for (const source of workspace.sources) {
    const row = rows.get(source.id)
    const adapter = adapters.get(source.adapter)
    if (row && adapter) sources.set(source.id, { source, row, adapter })
  }
  return {
    revision,
    workspace,
    mapper: compileRules(workspace, starts, expected),
    connections: new Map(workspace.connections.map((connection) => [connection.id, connection])),
    sources,
    uids: new Map([...rows.values()].map((row) => [row.id, row.uid])),
    restored,
  }
}
