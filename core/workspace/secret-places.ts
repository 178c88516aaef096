import type { SecretRef, Workspace } from '../model/workspace.ts'
import type { Path } from './path.ts'

/** The place of a connection's token: what a sealed token is bound to. */
export function tokenPlace(connectionId: string, name: 'events' | 'marketing'): string {
  return `connections/${connectionId}/tokens/${name}`
}

/** The place of a source's secret. While one is rotated there are two; the second (`index` 1) has a place of its own. */
export function sourceSecretPlace(sourceId: string, name: string, index = 0): string {
  const place = `sources/${sourceId}/secrets/${encodeURIComponent(name)}`
  return index === 0 ? place : `${place}/${index}`
}

/** The place of what a source was given by its CRM while it runs. */
export function credentialPlace(sourceId: string, name: string): string {
  return `sources/${sourceId}/credentials/${encodeURIComponent(name)}`
}

/** The place of the secret that signs alerts. */
export const ALERT_SECRET_PLACE = 'alerts/webhook/secret'

/** One secret of a workspace: where it is sealed, where it stands in the document, and what stands there. */
export interface PlacedSecret {
  place: string
  path: Path
  ref: SecretRef
}

/** Every secret of the document. */
export function placedSecrets(workspace: Workspace): PlacedSecret[] {
  const found: PlacedSecret[] = []
  replaceSecrets(workspace, (secret) => {
    found.push(secret)
    return secret.ref
  })
  return found
}

/** The same document with every secret replaced by what `replace` makes of it. */
export function replaceSecrets(
  workspace: Workspace,
  replace: (secret: PlacedSecret) => SecretRef,
): Workspace {
  const connections = workspace.connections.map((connection, index) => {
    const token = (name: 'events' | 'marketing', ref: SecretRef) =>
      replace({
        place: tokenPlace(connection.id, name),
        path: ['connections', index, 'tokens', name],
        ref,
      })
    const { events, marketing } = connection.tokens
    const tokens = marketing
      ? { events: token('events', events), marketing: token('marketing', marketing) }
      : { events: token('events', events) }
    return { ...connection, tokens }
  })
  const sources = workspace.sources.map((source, index) => {
    const secrets = Object.entries(source.secrets).map(([name, said]) => {
      const path = ['sources', index, 'secrets', name]
      const one = (ref: SecretRef, at: number, refPath: Path) =>
        replace({ place: sourceSecretPlace(source.id, name, at), path: refPath, ref })
      return [
        name,
        Array.isArray(said) ? said.map((ref, at) => one(ref, at, [...path, at])) : one(said, 0, path),
      ]
    })
    return { ...source, secrets: Object.fromEntries(secrets) }
  })
  const { alerts } = workspace
  if (!alerts?.webhook) return { ...workspace, connections, sources }
  const path = ['alerts', 'webhook', 'secret']
  const secret = replace({ place: ALERT_SECRET_PLACE, path, ref: alerts.webhook.secret })
  return { ...workspace, connections, sources, alerts: { ...alerts, webhook: { ...alerts.webhook, secret } } }
}
