import { ClosebackError } from '../../core/model/errors.ts'
import type { WorkspaceCheck } from '../../core/workspace/validate.ts'
import type { Config } from '../config.ts'
import { allowedUrl } from '../guarded-request.ts'

/** Refuses, when settings are applied, an alert webhook that would never be posted to. Names are resolved only then. */
export function checkAlertUrl({ allowPrivateUrls }: Pick<Config, 'allowPrivateUrls'>): WorkspaceCheck {
  return ({ alerts }) => {
    if (!alerts?.webhook) return []
    try {
      allowedUrl(alerts.webhook.url, { allowPrivate: allowPrivateUrls })
      return []
    } catch (error) {
      if (!(error instanceof ClosebackError)) throw error
      return [{ path: 'alerts.webhook.url', message: error.message, remedy: error.remedy }]
    }
  }
}
