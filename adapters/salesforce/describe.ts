import type { Description } from '../../core/adapter.ts'
import type { Context } from './client/login.ts'
import { openReader } from './reader.ts'
import { MASTER } from './records/opportunity.ts'
import type { ObjectName, Org } from './records/org.ts'

type Stages = Description['pipelines'][number]['stages']

/** Stages and fields for the mapping page, as the org has them now. Record types are the pipelines. */
export async function describe(ctx: Context): Promise<Description> {
  const { org, settings } = await openReader(ctx, { fresh: true })
  const opportunityStages = [...org.stages.values()]
    .filter(({ isActive }) => isActive)
    .map(({ id, label, milestone }) => ({ id, label, milestone }))
  const statuses = (org.objects.get('Lead')?.get('Status')?.picklistValues ?? [])
    .filter(({ active }) => active)
    .map(({ value, label }) => ({ id: value, label, milestone: value }))
  const leads = settings.leads && org.objects.has('Lead')
  return {
    account: { id: org.id, name: org.name, currency: org.currency, timezone: org.timezone },
    pipelines: [
      ...pipelines(org, 'Opportunity', opportunityStages),
      ...(leads ? pipelines(org, 'Lead', statuses) : []),
    ],
    fields: [...fieldsOf(org, 'Opportunity'), ...(leads ? fieldsOf(org, 'Lead') : [])],
  }
}

function pipelines(org: Org, object: ObjectName, stages: Stages): Description['pipelines'] {
  const types = (org.recordTypes.get(object) ?? []).filter(({ active }) => active)
  const named = types.map(({ developerName, name }) => ({ id: developerName, label: name }))
  // Records without a record type belong to the one that every object has.
  const all = named.some(({ id }) => id === MASTER) ? named : [...named, { id: MASTER, label: MASTER }]
  return all.map((type) => ({ ...type, recordType: object.toLowerCase(), stages }))
}

function fieldsOf(org: Org, object: ObjectName): Description['fields'] {
  return [...(org.objects.get(object)?.values() ?? [])].map(({ name, label, type }) => ({
    recordType: object.toLowerCase(),
    name,
    label,
    type,
  }))
}
