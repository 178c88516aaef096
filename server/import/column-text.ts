import { parseDocument } from 'yaml'
import { ClosebackError, type Issue } from '../../core/model/errors.ts'
import { ColumnMap } from './column-map.ts'

/** Reads a column map, YAML or JSON. Throws `invalid` with everything that is wrong. */
export function parseColumnMap(text: string, name: string): ColumnMap {
  const document = parseDocument(text, { schema: 'core', prettyErrors: false, uniqueKeys: true })
  const [fault] = document.errors
  if (fault) {
    throw refused(name, [
      { path: '', message: `it is neither YAML nor JSON (character ${fault.pos[0] + 1})` },
    ])
  }
  const read = ColumnMap.safeParse(document.toJS({ maxAliasCount: 100 }))
  if (read.success) return read.data
  throw refused(
    name,
    read.error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message })),
  )
}

/** Reads the short form `record.id=deal_id,stage=status,currency:=USD`: a column, or with `:=` a constant. */
export function parseColumnList(text: string): ColumnMap['columns'] {
  const issues: Issue[] = []
  const columns: ColumnMap['columns'] = {}
  for (const pair of text.split(',')) {
    const [, field, sign, what] = /^\s*([^=:\s]+)\s*(:?=)\s*(.*?)\s*$/.exec(pair) ?? []
    if (field === undefined || what === undefined || what === '')
      issues.push({ path: '--columns', message: 'an entry is not field=column or field:=constant' })
    else columns[field] = sign === '=' ? what : { value: what }
  }
  if (issues.length > 0) throw refused('--columns', issues)
  return columns
}

function refused(name: string, issues: Issue[]): ClosebackError {
  return new ClosebackError('invalid', `${name} is not a column map.`, {
    remedy: 'Write "columns:" and under it a line for each field, such as "record.id: deal_id".',
    issues,
  })
}
