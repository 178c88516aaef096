import type { Role } from '../../core/ledger/api-keys.ts'

/**
 * Who may call a route. `public`: anybody. `signature`: whoever signs as the source says, or brings a sender's key of that
 * very source. `site`: pages of the sites that the settings list. `consent`: whoever brings the state that the same browser,
 * signed in, began a consent with. A list: people who are signed in and API keys, of these roles and nobody else.
 */
export type Permission = 'public' | 'signature' | 'site' | 'consent' | readonly Role[]

const OWNERS: readonly Role[] = ['owner']
const ADMINS: readonly Role[] = ['owner', 'admin']
const EDITORS: readonly Role[] = ['owner', 'admin', 'editor']
const VIEWERS: readonly Role[] = ['owner', 'admin', 'editor', 'viewer']
/** A sender sees what is of its own source, the others all. */
const SENDERS: readonly Role[] = [...VIEWERS, 'sender']

/** Every route of the host and who may call it. What is not in here cannot be mounted. */
export const PERMISSIONS = {
  'GET /': 'public',
  'GET /healthz': 'public',
  'GET /readyz': 'public',
  'GET /capture.js': 'public',
  'GET /metrics': VIEWERS,
  'POST /collect': 'site',
  'POST /hooks/{adapter}/{source}': 'signature',
  'POST /hooks/{adapter}/{source}/{below}': 'signature',
  'GET /api/v1/openapi.json': 'public',
  'GET /api': 'public',
  'GET /api/v1/workspace': VIEWERS,
  'PUT /api/v1/workspace': ADMINS,
  'GET /api/v1/status': VIEWERS,
  'GET /api/v1/deliveries': VIEWERS,
  'GET /api/v1/deliveries/{id}': VIEWERS,
  'POST /api/v1/deliveries/requeue': EDITORS,
  'POST /api/v1/deliveries/resolve': EDITORS,
  'GET /api/v1/deals/{source}/{record}': VIEWERS,
  'GET /api/v1/reports/reconciliation': VIEWERS,
  'GET /api/v1/reports/reconciliation/deals': VIEWERS,
  'GET /api/v1/reports/insights': VIEWERS,
  'GET /api/v1/reports/attribution': VIEWERS,
  'GET /api/v1/reports/advice': VIEWERS,
  'GET /api/v1/ingests': SENDERS,
  'GET /api/v1/ingests/{id}': SENDERS,
  'POST /api/v1/pause': EDITORS,
  'POST /api/v1/resume': EDITORS,
  'POST /api/v1/connections/{id}/pause': EDITORS,
  'POST /api/v1/connections/{id}/resume': EDITORS,
  'POST /api/v1/push': EDITORS,
  'POST /api/v1/capture/check': EDITORS,
  'POST /api/v1/sources/{id}/check': VIEWERS,
  'GET /api/v1/sources/{id}/description': VIEWERS,
  'POST /api/v1/sources/{id}/install': ADMINS,
  'POST /api/v1/sources/{id}/poll': EDITORS,
  'GET /api/v1/api-keys': OWNERS,
  'POST /api/v1/api-keys': OWNERS,
  'DELETE /api/v1/api-keys/{id}': OWNERS,
  'GET /api/v1/session': 'public',
  'POST /api/v1/session': 'public',
  'DELETE /api/v1/session': VIEWERS,
  'PUT /api/v1/session/password': VIEWERS,
  'POST /api/v1/owner': 'public',
  'POST /api/v1/join/look': 'public',
  'POST /api/v1/join': 'public',
  'GET /api/v1/people': OWNERS,
  'PUT /api/v1/people/{id}': OWNERS,
  'DELETE /api/v1/people/{id}': OWNERS,
  'POST /api/v1/invitations': OWNERS,
  'DELETE /api/v1/invitations/{id}': OWNERS,
  'GET /api/v1/audit': ADMINS,
  'GET /assets/{file}': 'public',
  'GET /oauth/tiktok/callback': 'consent',
  'GET /api/v1/deliveries/{id}/payload': VIEWERS,
  'GET /api/v1/overview': VIEWERS,
  'GET /api/v1/alerts': VIEWERS,
  'POST /api/v1/tiktok/consent': ADMINS,
  'GET /api/v1/tiktok/grant': ADMINS,
  'POST /api/v1/tiktok/token': ADMINS,
  'GET /api/v1/tiktok/event-sets': ADMINS,
  'GET /api/v1/connections': VIEWERS,
  'POST /api/v1/connections': ADMINS,
  'PUT /api/v1/connections/{id}': ADMINS,
  'POST /api/v1/connections/{id}/reconnect': ADMINS,
  'POST /api/v1/connections/{id}/disconnect': ADMINS,
  'POST /api/v1/connections/{id}/check': EDITORS,
  'POST /api/v1/connections/{id}/test': EDITORS,
  'GET /api/v1/adapters': VIEWERS,
  'GET /api/v1/sources': VIEWERS,
  'POST /api/v1/sources': ADMINS,
  'PUT /api/v1/sources/{id}': ADMINS,
  'DELETE /api/v1/sources/{id}': ADMINS,
  'POST /api/v1/sources/{id}/secrets/{name}/rotate': ADMINS,
  'POST /api/v1/sources/{id}/secrets/{name}/retire': ADMINS,
  'GET /api/v1/sources/{id}/requests': EDITORS,
  'POST /api/v1/sources/{id}/sample': EDITORS,
  'GET /api/v1/rules': VIEWERS,
  'PUT /api/v1/rules': EDITORS,
  'POST /api/v1/rules/revert': EDITORS,
  'POST /api/v1/rules/preview': EDITORS,
  'GET /api/v1/versions': VIEWERS,
  'PUT /api/v1/settings': ADMINS,
} as const satisfies Record<string, Permission>

export type RouteName = keyof typeof PERMISSIONS
