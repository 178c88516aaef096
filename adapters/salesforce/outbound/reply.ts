import type { HookReply, InboundRequest } from '../../../core/adapter.ts'
import { OUTBOUND_NS, SOAP_NS } from '../constants.ts'

/** The acknowledgement that Salesforce waits for: it covers the whole message; anything else is sent again for 24 hours. */
export function reply(_: InboundRequest, { invalid }: { invalid: number }): HookReply {
  const type = 'text/xml; charset=utf-8'
  if (invalid > 0) return { status: 400, type, body: envelope(FAULT) }
  return {
    status: 200,
    type,
    body: envelope(`<notificationsResponse xmlns="${OUTBOUND_NS}"><Ack>true</Ack></notificationsResponse>`),
  }
}

const FAULT =
  '<soapenv:Fault><faultcode>soapenv:Client</faultcode><faultstring>A notification cannot be read: attach the outbound ' +
  'message to Opportunity or Lead.</faultstring></soapenv:Fault>'

function envelope(content: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="${SOAP_NS}"><soapenv:Body>${content}</soapenv:Body></soapenv:Envelope>`
}
