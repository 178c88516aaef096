import { stringify } from 'yaml'
import type { Workspace } from '../model/workspace.ts'
import { replaceSecrets } from './secret-places.ts'

/** The settings as a YAML file that can be committed to git: secrets are references or `{ sealed: true }`. Applying it changes nothing. */
export function exportWorkspace(workspace: Workspace): string {
  const open = replaceSecrets(workspace, ({ ref }) => ('value' in ref ? { sealed: true } : ref))
  // Aliases would only make it harder to read; a width of 0 never folds a long text.
  return stringify(open, { version: '1.2', schema: 'core', aliasDuplicateObjects: false, lineWidth: 0 })
}
