import { closest } from '../../core/model/closest.ts'
import { ClosebackError } from '../../core/model/errors.ts'

/** Throws `not_found` with the likeliest meaning when the settings have no such thing. */
export function known(
  kind: 'source' | 'connection' | 'source or connection',
  id: string,
  among: readonly { id: string }[],
): void {
  const ids = among.map((each) => each.id)
  if (ids.includes(id)) return
  const meant = closest(id, ids)
  const list = ids.length > 0 ? `Use one of: ${ids.join(', ')}.` : 'Apply a workspace first.'
  throw new ClosebackError('not_found', `There is no ${kind} "${id}".`, {
    remedy: meant === null ? list : `Did you mean "${meant}"?`,
  })
}
