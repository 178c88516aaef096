import { describe, expect, it } from 'vitest'
import { install } from '../../../adapters/salesforce/install/install.ts'
import { mergeLeadMapping } from '../../../adapters/salesforce/install/lead-mapping.ts'
import { settings } from '../../../adapters/salesforce/settings.ts'
import type { InstallStep } from '../../../core/adapter.ts'
import { fakeMetadata } from './fake-metadata.ts'
import { type Answer, fakeContext, token } from './fake-org.ts'

const ORG = '00Dxx0000001gEREAY'
const found = (records: object[]): Answer => ({ body: { totalSize: records.length, done: true, records } })

/** An org whose Metadata API is kept by `metadata`, and which shows one permission set once it is there. */
function emptyOrg(metadata: ReturnType<typeof fakeMetadata>, over: Parameters<typeof fakeContext>[1] = {}) {
  const assigned: object[] = []
  const answer = (url: URL, _: URLSearchParams, __: Record<string, string>, body: string): Answer => {
    if (url.pathname.endsWith('/token')) return token('one')
    if (url.pathname.includes('/Soap/m/'))
      return { body: metadata.answer(body), headers: { 'content-type': 'text/xml' } }
    if (url.pathname.endsWith('/describe')) return { body: { fields: [{ name: 'StageName' }] } }
    if (url.pathname.endsWith('/PermissionSetAssignment')) {
      assigned.push(JSON.parse(body))
      return { status: 201, body: { id: '0Paxx0000000001AAA', success: true, errors: [] } }
    }
    const soql = url.searchParams.get('q') ?? ''
    if (soql.includes('FROM Organization')) return found([{ Id: ORG, Name: 'Acme', IsSandbox: false }])
    if (soql.includes('FROM User')) return found([{ Username: 'it@acme.example' }])
    if (soql.includes('FROM PermissionSetAssignment'))
      return found(assigned.map(() => ({ Id: '0Paxx0000000001AAA' })))
    if (soql.includes('FROM PermissionSet'))
      return found(
        metadata.kept.has('PermissionSet TikTok_Conversions') ? [{ Id: '0PSxx0000000001AAA' }] : [],
      )
    return found([])
  }
  return { ...fakeContext(answer, over), assigned }
}

const withHook = { secrets: { hookToken: ['t'.repeat(32)] } }

async function steps(ctx: Parameters<typeof install>[1], dryRun = false): Promise<InstallStep[]> {
  return Array.fromAsync(install({ dryRun }, ctx))
}
const states = (some: InstallStep[]) => [...new Set(some.map(({ state }) => state))]

describe('install', () => {
  it('says what it would create and creates nothing in a dry run', async () => {
    const metadata = fakeMetadata()
    const { ctx, assigned } = emptyOrg(metadata, withHook)
    expect(states(await steps(ctx, true))).toEqual(['would create', 'by hand'])
    expect(metadata.writes).toBe(0)
    expect(assigned).toEqual([])
  })

  it('creates fields, permission set, mapping, message and flow, and nothing a second time', async () => {
    const metadata = fakeMetadata()
    const { ctx, assigned } = emptyOrg(metadata, withHook)
    const first = await steps(ctx)
    expect(first).toHaveLength(39)
    expect(states(first)).toEqual(['created', 'by hand'])
    expect([...metadata.kept.keys()].filter((key) => key.startsWith('CustomField'))).toHaveLength(33)
    expect(metadata.kept.get('WorkflowOutboundMessage Opportunity.TikTok_Stage_Changed')).toContain(
      `https://closeback.example/hooks/salesforce/${ctx.sourceId}/${'t'.repeat(32)}`,
    )
    expect(assigned).toEqual([{ AssigneeId: '005xx0000000001AAA', PermissionSetId: '0PSxx0000000001AAA' }])
    const writes = metadata.writes
    expect(states(await steps(ctx))).toEqual(['exists', 'by hand'])
    expect(metadata.writes).toBe(writes)
    for (const { detail } of first) expect(detail).not.toContain('t'.repeat(32))
  })

  it('leaves message and flow to a later run where Salesforce cannot reach this host yet', async () => {
    const { ctx } = emptyOrg(fakeMetadata())
    const byHand = (await steps(ctx)).filter(({ state }) => state === 'by hand').map(({ name }) => name)
    expect(byHand).toEqual(['outbound message', 'flow', 'web-to-lead forms'])
  })

  it.each([
    ['STRING_TOO_LONG', /longer than its field.*Make the field longer/],
    ['INSUFFICIENT_ACCESS', /may not do this/],
  ])('names a component that is refused and goes on: %s', async (statusCode, says) => {
    const metadata = fakeMetadata()
    metadata.refuse = { fullName: 'Lead.ttp__c', statusCode, message: 'data value too large' }
    const { ctx } = emptyOrg(metadata, withHook)
    const told = await steps(ctx)
    const failed = told.filter(({ state }) => state === 'failed')
    expect(failed.map(({ name }) => name)).toEqual(['Lead.ttp__c'])
    expect(failed[0]?.detail).toMatch(says)
    expect(failed[0]?.detail).toContain('Lead.ttp__c')
    expect(told.find(({ name }) => name === 'Lead.ttclid__c')?.state).toBe('created')
  })
})

describe('the lead mapping', () => {
  const { fields } = settings.parse({})
  const own = {
    fullName: 'LeadConvertSettings',
    allowOwnerChange: true,
    objectMapping: [
      {
        inputObject: 'Lead',
        mappingFields: [
          { inputField: 'Region__c', outputField: 'Region__c' },
          { inputField: 'ttclid__c', outputField: 'Click__c' },
        ],
        outputObject: 'Contact',
      },
    ],
  }

  it('keeps everything that was mapped, and maps no field twice', () => {
    const merged = mergeLeadMapping(own, fields)
    const [contact] = (merged?.objectMapping ?? []) as (typeof own)['objectMapping']
    expect(contact?.mappingFields.slice(0, 2)).toEqual(own.objectMapping[0]?.mappingFields)
    expect(contact?.mappingFields.filter(({ inputField }) => inputField === 'ttclid__c')).toHaveLength(1)
    expect(merged?.allowOwnerChange).toBe(true)
    expect(mergeLeadMapping(merged, fields)).toBeNull()
  })

  it('reads a list of one that came without brackets', () => {
    const [single] = own.objectMapping
    const merged = mergeLeadMapping({ ...own, objectMapping: single }, fields)
    expect(JSON.stringify(merged)).toContain('Region__c')
  })
})
