/** The chapters of the API, in the order a reader meets them. */
export const TAGS = [
  ['/hooks', 'Sending deals'],
  ['/api/v1/ingests', 'Sending deals'],
  ['/api/v1/insights', 'What TikTok says'],
  ['/api/v1/audits', 'What TikTok says'],
  ['/api/v1/deals', 'Deals and deliveries'],
  ['/api/v1/deliveries', 'Deals and deliveries'],
  ['/api/v1/reports', 'Reports'],
  ['/api/v1/status', 'What goes to TikTok'],
  ['/api/v1/push', 'What goes to TikTok'],
  ['/api/v1/pause', 'What goes to TikTok'],
  ['/api/v1/resume', 'What goes to TikTok'],
  ['/api/v1/connections', 'What goes to TikTok'],
  ['/api/v1/workspace', 'Settings and keys'],
  ['/api/v1/api-keys', 'Settings and keys'],
  ['/capture', 'From the click to the form'],
  ['/api/v1/capture', 'From the click to the form'],
  ['/collect', 'From the click to the form'],
  ['/api/v1/overview', 'What goes to TikTok'],
  ['/api/v1/alerts', 'What goes to TikTok'],
  ['/api/v1/tiktok', 'Settings and keys'],
  ['/oauth', 'Settings and keys'],
  ['/api/v1/adapters', 'Settings and keys'],
  ['/api/v1/sources', 'Settings and keys'],
  ['/api/v1/runs', 'Settings and keys'],
  ['/api/v1/rules', 'Settings and keys'],
  ['/api/v1/versions', 'Settings and keys'],
  ['/api/v1/settings', 'Settings and keys'],
  ['/api/v1/session', 'People'],
  ['/api/v1/owner', 'People'],
  ['/api/v1/join', 'People'],
  ['/api/v1/people', 'People'],
  ['/api/v1/invitations', 'People'],
  ['/api/v1/activity', 'People'],
  ['/', 'The host'],
] as const

/** The chapter of a path. */
export function tagOf(path: string): string {
  return TAGS.find(([start]) => path.startsWith(start))?.[1] ?? 'The host'
}
