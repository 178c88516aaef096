import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { ComponentSet, RegistryAccess, registry } from '@salesforce/source-deploy-retrieve'
import { describe, expect, it } from 'vitest'
import { sfdxFiles } from './sfdx-files.ts'

const FOLDER = new URL('../../../adapters/salesforce/sfdx/', import.meta.url).pathname

describe('the source folder for administrators', () => {
  it('holds what install creates, file by file', () => {
    const found = readdirSync(FOLDER, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(FOLDER, join(entry.parentPath, entry.name)))
    const wanted = sfdxFiles()
    expect(found.sort()).toEqual([...wanted.keys()].sort())
    for (const [path, content] of wanted) expect(readFileSync(join(FOLDER, path), 'utf8'), path).toBe(content)
  })

  it("is understood by Salesforce's own tools, every file as its component", async () => {
    const set = ComponentSet.fromSource({
      fsPaths: [join(FOLDER, 'force-app')],
      registry: new RegistryAccess(registry),
    })
    const components = set.getSourceComponents().toArray()
    const named = components.map(({ type, fullName }) => `${type.name} ${fullName}`)
    expect(named).toContain('PermissionSet TikTok_Conversions')
    expect(named).toContain('LeadConvertSettings LeadConvertSettings')
    expect(named).toContain('Flow TikTok_Stage_Changed')
    expect(named.filter((name) => name.startsWith('Workflow'))).not.toEqual([])
    const manifest = await set.getPackageXml()
    for (const member of ['Lead.ttclid__c', 'Contact.ttclid__c', 'Opportunity.utm_id__c'])
      expect(manifest).toContain(member)
    for (const component of components) if (component.xml) expect(await component.parseXml()).not.toEqual({})
  })
})
