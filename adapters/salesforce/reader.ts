import { ClosebackError } from '../../core/model/errors.ts'
import { openClient, type SfClient } from './client/client.ts'
import { type Context, loginOf } from './client/login.ts'
import type { SalesforceError } from './client/salesforce-error.ts'
import { ORG_FRESH_MS } from './constants.ts'
import { lastInstallation } from './installed.ts'
import type { Reader } from './records/dossier.ts'
import { type Org, readOrg } from './records/org.ts'

interface Opened {
  /** Credentials and settings it was opened with. */
  with: string
  /** The context of the latest call: secrets and the sealed session are read through it. */
  ctx: Context
  client: Promise<SfClient>
  /** `null`: to be read again. */
  org: Promise<Org> | null
  readAt: number
  /** The installation it was read after. */
  installation: string | null
}

/**
 * Clients by login URL and source: a client outlives the call it was opened for, with its session, what it knows of the
 * allowance and what it knows of the org.
 */
const clients = new Map<string, Opened>()

/** The open client of a source. Throws ClosebackError for credentials that are not complete or not right. */
export async function openSfClient(ctx: Context): Promise<SfClient> {
  return (await opened(ctx)).client
}

/**
 * A client and what is known of its org, read once a day, after an installation (of any process) and after a field was
 * refused. `fresh` reads it again.
 */
export async function openReader(ctx: Context, { fresh = false } = {}): Promise<Reader> {
  const one = await opened(ctx)
  const [client, installation] = await Promise.all([one.client, lastInstallation(ctx)])
  const isStale = ctx.now() - one.readAt >= ORG_FRESH_MS || installation !== one.installation
  if (one.org === null || fresh || isStale) {
    one.readAt = ctx.now()
    one.installation = installation
    const org = readOrg(client, ctx).then((read) => {
      refuseOther(read, ctx)
      return read
    })
    one.org = org
    org.catch(() => {
      if (one.org === org) one.org = null
    })
  }
  return { client, org: await one.org, settings: ctx.settings }
}

async function opened(ctx: Context): Promise<Opened> {
  const login = await loginOf(ctx)
  const key = `${login.loginUrl}\n${ctx.sourceId}`
  const given = `${login.fingerprint}\n${login.clientSecret}\n${login.refreshToken}\n${login.authorizationCode}\n${JSON.stringify(ctx.settings)}`
  const known = clients.get(key)
  if (known?.with === given) {
    known.ctx = ctx
    return known
  }
  const refused = ({ errorCode }: SalesforceError) => {
    if (errorCode === 'INVALID_FIELD') one.org = null
  }
  const client = openClient(() => one.ctx, { refused })
  const one: Opened = { with: given, ctx, client, org: null, readAt: 0, installation: null }
  clients.set(key, one)
  one.client.catch(() => {
    if (clients.get(key) === one) clients.delete(key)
  })
  return one
}

/** One organisation a source, and a sandbox only where somebody said so: its deals are not revenue. */
function refuseOther(org: Org, { settings, sourceId }: Context): void {
  if (settings.organizationId !== undefined && settings.organizationId !== org.id)
    throw new ClosebackError(
      'config',
      `The log-in of ${sourceId} leads to the organisation ${org.id}, not to ${settings.organizationId}.`,
      {
        remedy: 'Correct settings.organizationId, or log in to the other organisation.',
      },
    )
  if (org.isSandbox !== settings.sandbox)
    throw new ClosebackError(
      'config',
      org.isSandbox
        ? `${org.name} is a sandbox org.`
        : `${org.name} is no sandbox org, and settings.sandbox says it is.`,
      {
        remedy: org.isSandbox
          ? 'Set settings.sandbox to true, and send its deals to a pixel for tests only.'
          : 'Remove settings.sandbox.',
      },
    )
}
