import type { Preset } from './preset.ts'

/**
 * Calendly `invitee.created` (https://developer.calendly.com/api-docs/overview/webhooks/webhook-payload). A booking that
 * replaces another (`old_invitee`) is the same booking at another time and is ignored, as are cancellations.
 */
export const calendly: Preset = {
  scheme: { verify: 'calendly' },
  when: [
    { at: '/event', is: 'invitee.created' },
    { at: '/payload/old_invitee', exists: false },
  ],
  map: {
    id: '/payload/uri',
    'record.type': { const: 'booking' },
    'record.id': '/payload/uri',
    'record.pipeline': '/payload/scheduled_event/event_type',
    stage: { const: 'booked' },
    occurredAt: { at: ['/payload/created_at', '/created_at'] },
    'contact.email': '/payload/email',
    'contact.phone': '/payload/text_reminder_number',
    'contact.firstName': '/payload/first_name',
    'contact.lastName': '/payload/last_name',
    'utm.source': '/payload/tracking/utm_source',
    'utm.medium': '/payload/tracking/utm_medium',
    'utm.campaign': '/payload/tracking/utm_campaign',
    'utm.content': '/payload/tracking/utm_content',
    'utm.term': '/payload/tracking/utm_term',
  },
}
