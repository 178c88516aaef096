import type { Check } from '../../core/adapter.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import type { ObjectType } from './api.ts'
import type { Portal } from './portal.ts'

/** Whether the properties that the settings name exist: those for clicks on the contact at least, further fields on the deal. */
export async function checkProperties(portal: Portal): Promise<Check[]> {
  const { settings } = portal.ctx
  const known = await Promise.all([names('contacts', portal), names('deals', portal)]).catch(
    (error: unknown) => {
      if (error instanceof ClosebackError) return error
      throw error
    },
  )
  if (known instanceof ClosebackError)
    return [{ name: 'properties', ok: false, detail: known.message, remedy: known.remedy }]
  const [contact, deal] = known
  // The native property alone sees only clicks that HubSpot's own tracking code saw.
  const has = (list: readonly string[]) => list.some((name) => contact.has(name) || deal.has(name))
  const own = settings.clickIds.filter((name) => !name.startsWith('hs_'))
  const missing = [
    ...(own.length > 0 && !has(own) ? [own[0] as string] : []),
    ...(has(settings.utm.source) ? [] : settings.utm.source.slice(0, 1)),
  ]
  const unknown = settings.fields.filter((name) => !deal.has(name))
  return [
    missing.length === 0
      ? { name: 'click id properties', ok: true, detail: 'They are there.' }
      : {
          name: 'click id properties',
          ok: false,
          detail: `${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} neither on contacts nor on deals.`,
          remedy: `Run "closeback install ${portal.ctx.sourceId}", or name your own in settings.clickIds and settings.utm.`,
        },
    ...(unknown.length === 0
      ? []
      : [
          {
            name: 'fields',
            ok: false,
            detail: `Deals have no property ${unknown.join(', ')}.`,
            remedy:
              'Correct settings.fields: use internal names, as HubSpot shows them under Settings > Properties.',
          },
        ]),
  ]
}

async function names(type: ObjectType, { api }: Portal): Promise<Set<string>> {
  return new Set((await api.properties(type)).map(({ name }) => name))
}
