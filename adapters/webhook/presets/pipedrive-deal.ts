import type { Preset } from './preset.ts'

/**
 * Pipedrive deals, webhooks of version 2 (`change.deal`: https://pipedrive.readme.io/docs/guide-for-webhooks-v2) and of
 * version 1 (`updated.deal`: https://pipedrive.readme.io/docs/guide-for-webhooks), which differ in their places only.
 * Taken when a deal is new or its stage or status changed; other edits are ignored.
 */
export const pipedriveDeal: Preset = {
  scheme: { verify: 'basic' },
  when: [
    { at: ['/meta/entity', '/meta/object'], is: 'deal' },
    { at: either('status'), is: ['open', 'won', 'lost'] },
    {
      any: [
        { at: '/meta/action', is: ['create', 'added'] },
        { at: either('status'), changedFrom: '/previous/status' },
        { at: either('stage_id'), changedFrom: '/previous/stage_id' },
      ],
    },
  ],
  map: {
    'record.type': { const: 'deal' },
    'record.id': { at: either('id') },
    'record.pipeline': { at: either('pipeline_id') },
    stage: { at: either('status'), values: { won: 'won', lost: 'lost' }, else: { at: either('stage_id') } },
    previousStage: '/previous/stage_id',
    // An imported deal says when it was won; everything else happened when Pipedrive says it changed.
    occurredAt: {
      at: either('status'),
      values: {
        won: { at: either('won_time'), as: 'utc' },
        lost: { at: either('lost_time'), as: 'utc' },
      },
      else: { at: '/meta/timestamp', as: 'seconds' },
    },
    amount: { at: either('value') },
    currency: { at: either('currency') },
    // Version 2 gives the id alone, version 1 an object or the id.
    'contact.externalId': { at: ['/data/person_id', '/current/person_id/value', '/current/person_id'] },
  },
}

function either(name: string): string[] {
  return [`/data/${name}`, `/current/${name}`]
}
