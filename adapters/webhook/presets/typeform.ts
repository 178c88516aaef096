import type { Preset } from './preset.ts'

/**
 * Typeform `form_response` (https://www.typeform.com/developers/webhooks/example-payload/). Answers stand in a list that
 * leaves out what was not answered, so they are found by their kind; clicks and UTM parameters come as hidden fields.
 */
export const typeform: Preset = {
  scheme: { verify: 'typeform' },
  when: [{ at: '/event_type', is: 'form_response' }],
  map: {
    id: '/event_id',
    'record.type': { const: 'form' },
    'record.id': '/form_response/token',
    'record.pipeline': '/form_response/form_id',
    stage: { const: 'submitted' },
    occurredAt: '/form_response/submitted_at',
    'contact.email': { ...answer('email'), else: '/form_response/hidden/email' },
    'contact.phone': { ...answer('phone_number'), else: '/form_response/hidden/phone' },
    'contact.externalId': '/form_response/hidden/user_id',
    'click.ttclid': '/form_response/hidden/ttclid',
    'click.ttp': '/form_response/hidden/ttp',
    'utm.source': '/form_response/hidden/utm_source',
    'utm.medium': '/form_response/hidden/utm_medium',
    'utm.campaign': '/form_response/hidden/utm_campaign',
    'utm.content': '/form_response/hidden/utm_content',
    'utm.term': '/form_response/hidden/utm_term',
    'utm.id': '/form_response/hidden/utm_id',
  },
}

function answer(type: string) {
  return { at: '/form_response/answers', where: { '/type': type }, take: `/${type}` }
}
