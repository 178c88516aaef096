import type { Preset } from './preset.ts'

/**
 * WooCommerce orders, topics `order.created` and `order.updated`
 * (https://woocommerce.github.io/woocommerce-rest-api-docs/#order-properties and #webhooks). Paid orders are won at the
 * time of payment. Drafts of the checkout are ignored, and so is the body of a deleted order, which is its id alone.
 */
export const woocommerceOrder: Preset = {
  scheme: {
    verify: 'hmac',
    header: 'x-wc-webhook-signature',
    algorithm: 'sha256',
    encoding: 'base64',
    prefix: '',
  },
  when: [
    { at: '/status', exists: true },
    { at: '/status', not: ['auto-draft', 'checkout-draft', 'draft', 'trash'] },
  ],
  map: {
    'record.type': { const: 'order' },
    'record.id': '/id',
    stage: {
      at: '/status',
      values: {
        processing: 'won',
        completed: 'won',
        cancelled: 'lost',
        failed: 'lost',
        refunded: 'lost',
      },
      else: '/status',
    },
    occurredAt: {
      at: '/status',
      values: {
        processing: { at: ['/date_paid_gmt', '/date_created_gmt'], as: 'utc' },
        completed: { at: ['/date_paid_gmt', '/date_completed_gmt', '/date_modified_gmt'], as: 'utc' },
        pending: { at: '/date_created_gmt', as: 'utc' },
      },
      else: { at: '/date_modified_gmt', as: 'utc' },
    },
    amount: '/total',
    currency: '/currency',
    orderId: { at: ['/number', '/id'] },
    contents: {
      at: '/line_items',
      each: {
        id: '/product_id',
        name: '/name',
        quantity: '/quantity',
        price: { at: '/price', as: 'price' },
      },
    },
    'contact.email': '/billing/email',
    'contact.phone': '/billing/phone',
    'contact.firstName': '/billing/first_name',
    'contact.lastName': '/billing/last_name',
    'contact.zip': '/billing/postcode',
    'contact.city': '/billing/city',
    'contact.state': '/billing/state',
    'contact.country': '/billing/country',
    'contact.ip': '/customer_ip_address',
    'contact.userAgent': '/customer_user_agent',
    // The landing page with its parameters, ttclid among them; the store's own apps write other words there.
    pageUrl: {
      at: '/meta_data',
      where: { '/key': '_wc_order_attribution_session_entry' },
      take: '/value',
      as: 'url',
    },
    'utm.source': attribution('utm_source'),
    'utm.medium': attribution('utm_medium'),
    'utm.campaign': attribution('utm_campaign'),
    'utm.content': attribution('utm_content'),
    'utm.term': attribution('utm_term'),
    'utm.id': attribution('utm_id'),
  },
}

/** What WooCommerce's own Order Attribution (since 8.5) keeps with an order. */
function attribution(name: string) {
  return { at: '/meta_data', where: { '/key': `_wc_order_attribution_${name}` }, take: '/value' }
}
