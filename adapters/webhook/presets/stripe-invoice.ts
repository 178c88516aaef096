import type { Preset } from './preset.ts'

/**
 * Stripe `invoice.paid` (https://docs.stripe.com/api/events/object, https://docs.stripe.com/api/invoices/object): every
 * paid invoice is a record of its own. Invoices of nothing (trials, full discounts) are ignored: they are no revenue.
 */
export const stripeInvoice: Preset = {
  scheme: { verify: 'stripe' },
  when: [
    { at: '/type', is: 'invoice.paid' },
    { at: '/data/object/amount_paid', not: 0 },
  ],
  map: {
    id: '/id',
    'record.type': { const: 'invoice' },
    'record.id': '/data/object/id',
    stage: { const: 'won' },
    occurredAt: { at: ['/data/object/status_transitions/paid_at', '/created'], as: 'seconds' },
    // Stripe counts these three unlike ISO 4217 (https://docs.stripe.com/currencies, zero-decimal and special cases).
    amount: { at: '/data/object/amount_paid', as: 'minor', decimals: { ISK: 2, UGX: 2, MGA: 0 } },
    currency: '/data/object/currency',
    orderId: { at: ['/data/object/number', '/data/object/id'] },
    'contact.email': '/data/object/customer_email',
    'contact.phone': '/data/object/customer_phone',
    'contact.externalId': '/data/object/customer',
    'contact.zip': '/data/object/customer_address/postal_code',
    'contact.city': '/data/object/customer_address/city',
    'contact.state': '/data/object/customer_address/state',
    'contact.country': '/data/object/customer_address/country',
    'click.ttclid': metadata('ttclid'),
    'click.ttp': metadata('ttp'),
    'utm.source': metadata('utm_source'),
    'utm.medium': metadata('utm_medium'),
    'utm.campaign': metadata('utm_campaign'),
    'utm.content': metadata('utm_content'),
    'utm.term': metadata('utm_term'),
    'utm.id': metadata('utm_id'),
    'fields.billingReason': '/data/object/billing_reason',
  },
}

/** The invoice's own metadata, else the subscription's: under `parent` since API version 2025-03-31.basil. */
function metadata(name: string) {
  return {
    at: [
      `/data/object/metadata/${name}`,
      `/data/object/parent/subscription_details/metadata/${name}`,
      `/data/object/subscription_details/metadata/${name}`,
    ],
  }
}
