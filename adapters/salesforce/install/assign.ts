import type { InstallStep } from '../../../core/adapter.ts'
import type { SfClient } from '../client/client.ts'
import { text } from '../soql/literal.ts'
import { PERMISSION_SET } from './kit.ts'

interface WithId {
  Id: string
}

/** Fields that are deployed are visible to nobody: only the assignment of the permission set shows them to our user. */
export async function assignPermissionSet(
  client: SfClient,
  { dryRun }: { dryRun: boolean },
): Promise<Pick<InstallStep, 'state' | 'detail'>> {
  const set = await first(
    client,
    `SELECT Id FROM PermissionSet WHERE Name = ${text(PERMISSION_SET)}`,
    'PermissionSet',
  )
  const done = `${PERMISSION_SET} to the integration user.`
  if (set === null) return { state: 'would create', detail: done }
  const soql =
    `SELECT Id FROM PermissionSetAssignment WHERE AssigneeId = ${text(client.userId)} ` +
    `AND PermissionSetId = ${text(set.Id)}`
  if ((await first(client, soql, 'PermissionSetAssignment')) !== null)
    return { state: 'exists', detail: done }
  if (!dryRun)
    await client.post(
      '/sobjects/PermissionSetAssignment',
      { AssigneeId: client.userId, PermissionSetId: set.Id },
      'assigning the permission set',
    )
  return { state: dryRun ? 'would create' : 'created', detail: done }
}

async function first(client: SfClient, soql: string, of: string): Promise<WithId | null> {
  for await (const [row] of client.pages<WithId>(soql, { of })) return row ?? null
  return null
}
