import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { itemShape } from '../../../adapters/webhook/item.ts'
import type { Field } from '../../../adapters/webhook/shape.ts'
import { context, receive, SECRET } from './samples.ts'

const GUIDE = readFileSync(new URL('../../../docs/webhook.md', import.meta.url), 'utf8')

describe('docs/webhook.md', () => {
  it('shows every field with what to send, and no other', () => {
    const rows = GUIDE.split('\n').filter((line) => /^\| `[a-zA-Z.[\]]+` \| (yes)? ?\| /.test(line))
    expect(rows).toEqual(rowsOf(itemShape, ''))
  })

  it('has a shell example whose signature is right', async () => {
    const script = GUIDE.split('```sh\n')[2]?.split('curl')[0]
    const printed = execFileSync(
      'bash',
      ['-c', `${script}\nprintf '%s\\n' "$ID" "$TIME" "$SIGNATURE" "$BODY"`],
      {
        env: { ...process.env, SHOP_CRM_SECRET: SECRET },
        encoding: 'utf8',
      },
    )
    const [id = '', timestamp = '', signature = '', body = ''] = printed.split('\n')
    const received = await receive(
      {
        method: 'POST',
        url: '/hooks/webhook/shop-crm',
        headers: {
          'content-type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': timestamp,
          'webhook-signature': `v1,${signature}`,
        },
        body: Buffer.from(body),
      },
      context({}, [SECRET], Number(timestamp) * 1000),
    )
    expect(received).toMatchObject([{ ok: true, ticket: { id: 'evt_81' } }])
  })
})

function rowsOf(field: Field, path: string): string[] {
  return Object.entries(field.parts ?? {}).flatMap(([name, inner]) => {
    const lines = inner.item?.parts ? inner.item : null
    const place = (path === '' ? name : `${path}.${name}`) + (lines ? '[]' : '')
    const row = `| \`${place}\` | ${inner.fits(undefined) ? '' : 'yes'} | ${inner.about} |`
    return [row, ...rowsOf(lines ?? inner, place)]
  })
}
