import { classify } from '../client/classify.ts'
import type { SfClient } from '../client/client.ts'
import { SalesforceError } from '../client/salesforce-error.ts'
import type { Component } from './kit.ts'

/** createMetadata and readMetadata take ten components a call (Metadata API guide, "createMetadata()"). */
const AT_ONCE = 10

/** The Metadata API, as far as it is needed here. */
export interface MetadataCalls {
  /** What is there, `null` for what is not, in the order asked. */
  read(type: string, fullNames: readonly string[]): Promise<(Component | null)[]>
  /** Those that were refused, and why; the others are there. */
  create(type: string, components: readonly Component[]): Promise<Map<string, SalesforceError>>
  /** Throws SalesforceError when it is refused. */
  update(type: string, component: Component): Promise<void>
}

interface SaveResult {
  fullName: string
  success: boolean
  errors?: { statusCode?: string; message?: string }[] | { statusCode?: string; message?: string }
}

/** Opens the Metadata API of an org; jsforce's module for it is loaded here. */
export async function openMetadata({ connected }: SfClient): Promise<MetadataCalls> {
  const { MetadataApi } = await import('jsforce/lib/api/metadata.js')
  // Typed by jsforce over every kind of component there is; here kinds are names.
  const api = new MetadataApi(connected.conn) as unknown as {
    read(type: string, names: string[]): Promise<Component[]>
    create(type: string, components: Component[]): Promise<SaveResult[]>
    update(type: string, components: Component[]): Promise<SaveResult[]>
  }
  const attempt = async <T>(what: string, work: () => Promise<T>): Promise<T> =>
    work().catch((error: unknown) => {
      throw classify(connected.refusal(error), what)
    })
  return {
    async read(type, fullNames) {
      const found: (Component | null)[] = []
      for (let at = 0; at < fullNames.length; at += AT_ONCE) {
        const names = fullNames.slice(at, at + AT_ONCE)
        const records = await attempt(`reading ${type}`, () => api.read(type, names))
        const byName = new Map(records.filter((each) => each?.fullName).map((each) => [each.fullName, each]))
        found.push(...names.map((name) => byName.get(name) ?? null))
      }
      return found
    },
    async create(type, components) {
      const refused = new Map<string, SalesforceError>()
      for (let at = 0; at < components.length; at += AT_ONCE) {
        const some = components.slice(at, at + AT_ONCE)
        const results = await attempt(`creating ${type}`, () => api.create(type, some))
        for (const result of results)
          if (!result.success) refused.set(result.fullName, refusal(result, `creating ${type}`))
      }
      return refused
    },
    async update(type, component) {
      const [result] = await attempt(`changing ${type}`, () => api.update(type, [component]))
      if (result?.success === false) throw refusal(result, `changing ${type}`)
    },
  }
}

function refusal({ fullName, errors }: SaveResult, what: string): SalesforceError {
  const [first] = [errors ?? []].flat()
  const errorCode = first?.statusCode ?? 'UNKNOWN'
  const known = classify(Object.assign(new Error(), { errorCode }), `${what} ${fullName}`)
  // Texts of the Metadata API speak of components, never of records.
  const message = first?.message === undefined ? known.message : `${known.message} ${first.message}`
  return new SalesforceError(known.kind, errorCode, message, { remedy: known.remedy })
}
