import { VISITOR_FIELD } from '../../core/model/record.ts'
import type { NewProperty } from './api.ts'

/** The group our properties stand in, on deals and on contacts. */
export const GROUP = { name: 'closeback', label: 'Closeback' }

const property = (name: string, label: string, description: string): NewProperty => ({
  name,
  label,
  description,
  groupName: GROUP.name,
})

/** What forms fill in by hidden fields of the same names; the default settings read these. */
export const PROPERTIES: readonly NewProperty[] = [
  property(
    'ttclid',
    'TikTok click id',
    'The ttclid parameter of the page a visitor came to from a TikTok ad.',
  ),
  property('ttp', 'TikTok cookie', 'The value of the _ttp cookie of the TikTok pixel.'),
  property('utm_source', 'UTM source', 'utm_source of the page the visitor came to.'),
  property('utm_medium', 'UTM medium', 'utm_medium of the page the visitor came to.'),
  property('utm_campaign', 'UTM campaign', 'utm_campaign of the page the visitor came to.'),
  property('utm_content', 'UTM content', 'utm_content of the page the visitor came to.'),
  property('utm_term', 'UTM term', 'utm_term of the page the visitor came to.'),
  property('utm_id', 'UTM id', 'utm_id of the page the visitor came to: the TikTok campaign id.'),
  property(
    VISITOR_FIELD,
    'Visitor',
    'The random number of the browser that the visits before were made with.',
  ),
  property('tiktok_event_id', 'TikTok event id', 'The event id the pixel sent for this form.'),
]
