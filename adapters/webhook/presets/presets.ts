import { calendly } from './calendly.ts'
import { pipedriveDeal } from './pipedrive-deal.ts'
import type { Preset } from './preset.ts'
import { stripeInvoice } from './stripe-invoice.ts'
import { typeform } from './typeform.ts'
import { woocommerceOrder } from './woocommerce-order.ts'

export const PRESET_NAMES = [
  'stripe-invoice',
  'pipedrive-deal',
  'typeform',
  'calendly',
  'woocommerce-order',
] as const
export type PresetName = (typeof PRESET_NAMES)[number]

export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  'stripe-invoice': stripeInvoice,
  'pipedrive-deal': pipedriveDeal,
  typeform,
  calendly,
  'woocommerce-order': woocommerceOrder,
}
