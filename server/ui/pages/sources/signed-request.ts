/** A request that signs itself in any shell that has openssl and curl; the secret stays in the shell. */
export function signedRequest(url: string): string {
  return [
    'SECRET=whsec_…   # the signing secret',
    `BODY='{"id":"evt_1","record":{"type":"deal","id":"D-1"},"stage":"won","occurredAt":"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'","amount":"4200.00","currency":"USD","contact":{"email":"ada@example.com"},"utm":{"source":"tiktok"}}'`,
    'ID=msg_$(openssl rand -hex 8); AT=$(date +%s)',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell that fills it in
    'KEY=$(printf %s "${SECRET#whsec_}" | openssl base64 -d -A | od -An -tx1 | tr -d " \\n")',
    'SIGN=$(printf %s "$ID.$AT.$BODY" | openssl dgst -sha256 -mac HMAC -macopt hexkey:$KEY -binary | openssl base64 -A)',
    `curl -sS ${url} -H "content-type: application/json" \\`,
    '  -H "webhook-id: $ID" -H "webhook-timestamp: $AT" -H "webhook-signature: v1,$SIGN" -d "$BODY"',
  ].join('\n')
}
