import { type Html, html } from '../html.ts'

/** How a source may be called; the page says it of no other text. */
const SOURCE = /^[a-z0-9][a-z0-9._-]{0,63}$/
const SAMPLE_SOURCE = 'shop-crm'

/** What may stand between single quotes of a shell; the URL is the operator's. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

/** The reader's own first request, with everything but the secret. Whether there is such a source is not told. */
export function firstRequest(publicUrl: string, given: string | null): Html {
  const isGiven = given !== null && SOURCE.test(given)
  const source = isGiven ? given : SAMPLE_SOURCE
  const url = quoted(`${publicUrl}/hooks/webhook/${source}`)
  return html`
<h2 id="first">The first request</h2>
<form method="get" action="#first"><p><label for="source">Id of your source in the workspace</label>
<input id="source" name="source" value="${source}" pattern="[a-z0-9][a-z0-9._\\-]{0,63}" maxlength="64" required autocapitalize="none" spellcheck="false"></p>
<p><button>Show its request</button></p></form>
${given !== null && !isGiven ? html`<p role="status">A source has 1 to 64 of a-z, 0-9, "-", "_" and ".", and starts with a letter or digit.</p>` : null}
<p>Signed as <a href="https://www.standardwebhooks.com/">Standard Webhooks</a> ask, with bash, openssl and curl. The secret
stays with you: put it into the first line. One click selects all of it.</p>
<pre class="copy" tabindex="0">${signed(url)}</pre>
<p>With an API key of the role <code>sender</code> instead, a file of any length, one object a line:</p>
<pre class="copy" tabindex="0">${streamed(url)}</pre>`
}

function signed(url: string): string {
  return `SECRET='whsec_...'
URL=${url}
BODY='{"id":"evt_81","record":{"type":"deal","id":"D-1042"},"stage":"won","occurredAt":"'$(date -u +%FT%TZ)'","amount":"4200.00","currency":"USD","contact":{"email":"ada@example.com"}}'
ID=msg_$(openssl rand -hex 12)
TIME=$(date +%s)
KEY=$(printf %s "\${SECRET#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \\n')
SIGNATURE=$(printf '%s.%s.%s' "$ID" "$TIME" "$BODY" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$KEY" -binary | openssl base64 -A)

curl -sS "$URL" -H 'content-type: application/json' \\
  -H "webhook-id: $ID" -H "webhook-timestamp: $TIME" -H "webhook-signature: v1,$SIGNATURE" \\
  --data-binary "$BODY"`
}

function streamed(url: string): string {
  return `KEY='cb_...'
curl -sS -N -X POST ${url} -H "authorization: Bearer $KEY" \\
  -H 'content-type: application/x-ndjson' -T deals.ndjson`
}
