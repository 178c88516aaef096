import type { Description } from '../../core/adapter.ts'
import { WORKFLOW_STAGE } from './action.ts'
import { SUBMITTED } from './form.ts'
import type { Portal } from './portal.ts'

/** Pipelines, forms and fields as people know them, for the mapping page. */
export async function describe(portal: Portal): Promise<Description> {
  const [account, stages, forms, properties] = await Promise.all([
    portal.account(),
    portal.stages(true),
    // An account without forms, or a token that may not read them, still has deals.
    portal.forms(true).catch(() => []),
    portal.api.properties('deals'),
  ])
  const deals = stages.pipelines.map(({ id, label, stages }) => ({
    id,
    label,
    recordType: 'deal',
    stages: [
      ...stages.map((stage) => ({ id: stage.id, label: stage.label, milestone: stage.milestone })),
      { id: WORKFLOW_STAGE, label: 'Sent by a workflow', milestone: WORKFLOW_STAGE },
    ],
  }))
  const submitted = { id: SUBMITTED, label: 'Form submitted', milestone: SUBMITTED }
  const form = (id: string, label: string) => ({ id, label, recordType: 'form', stages: [submitted] })
  // Rules for forms come before the first form does.
  const first = portal.ctx.settings.forms === 'none' ? [] : [form('form', 'Any form (there is none yet)')]
  return {
    account: {
      id: account.portalId,
      name: `HubSpot account ${account.portalId}`,
      currency: account.currency,
      timezone: account.timezone,
    },
    pipelines: [...deals, ...(forms.length > 0 ? forms.map(({ id, name }) => form(id, name ?? id)) : first)],
    fields: properties.map((property) => ({ recordType: 'deal', ...property })),
  }
}
