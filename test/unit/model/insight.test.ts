import { describe, expect, it } from 'vitest'
import { METRICS, reportedIn } from '../../../core/model/insight.ts'
import { REPORT_METRICS } from '../../../core/model/tiktok.ts'

describe('where TikTok reports an event', () => {
  it.each([
    ['Purchase', 'web', 'complete_payment', 'total_complete_payment_rate', false],
    ['Purchase', 'offline', 'offline_shopping_events', 'offline_shopping_events_value', false],
    ['Purchase', 'crm', 'offline_total_crm_events', 'offline_crm_event_value', true],
    ['Lead', 'web', 'form', null, false],
    ['Lead', 'offline', 'offline_form_events', 'offline_form_events_value', false],
    ['Contact', 'offline', 'offline_contact_events', 'offline_contact_events_value', false],
    ['Schedule', 'crm', 'offline_total_crm_events', 'offline_crm_event_value', true],
  ] as const)('%s sent as %s appears in %s', (event, route, count, value, shared) => {
    const reported = reportedIn(event, route)
    expect(reported && REPORT_METRICS[reported.count]).toBe(count)
    expect(reported?.value ? REPORT_METRICS[reported.value] : null).toBe(value)
    expect(reported?.shared).toBe(shared)
  })

  it('is nowhere for an event that has no metric of its own', () => {
    expect(reportedIn('Schedule', 'web')).toBeNull()
    expect(reportedIn('Contact', 'web')).toBeNull()
  })

  it('is asked for once a metric', () => {
    expect(new Set(Object.values(REPORT_METRICS)).size).toBe(METRICS.length)
  })
})
