import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stripPage, stripParsed } from '../../../core/model/page-url.ts'

const KEEP = ['sku', 'Ref']

describe('stripPage', () => {
  it('keeps click id, utm parameters and what is allowed, of plain pages as of others', () => {
    const query = 'ttclid=E.C.P.1&utm_source=tiktok&gclid=x&Ref=7&ref=8&utm_id=__CAMPAIGN_ID__&utm_term='
    const kept = 'ttclid=E.C.P.1&utm_source=tiktok&Ref=7'
    expect(stripPage(`https://shop.example/a/b?${query}`, KEEP)?.url).toBe(`https://shop.example/a/b?${kept}`)
    expect(stripPage(`https://shop.example/a%20b?${query}#top`, KEEP)?.url).toBe(
      `https://shop.example/a%20b?${kept}`,
    )
  })

  it('says of a plain page what the URL parser says of it', () => {
    const host = fc.constantFrom('shop.example', 'a.b-c.example', 'xn--bcher-kva.example', '10.0.0.1', 'a.b')
    const path = fc.string({ unit: fc.constantFrom(...'/ab-_.%2e@Z'), maxLength: 12 })
    const name = fc.oneof(
      fc.constantFrom('ttclid', 'TTCLID', 'utm_source', 'UTM_id', 'sku', 'Ref', 'gclid', ''),
      fc.string({ unit: fc.constantFrom(...'autm_-.%=+'), maxLength: 5 }),
    )
    const value = fc.oneof(
      fc.constantFrom('E.C.P.x_-1', '__CLICKID__', '', 'a@b.example'),
      fc.string({ unit: fc.constantFrom(...'aZ0.-_~*%=+ &#'), maxLength: 8 }),
    )
    const query = fc
      .array(fc.tuple(name, fc.constantFrom('=', '=', ''), value), { maxLength: 5 })
      .map((pairs) => pairs.map((pair) => pair.join('')).join('&'))
    const scheme = fc.constantFrom('https://', 'https://', 'http://', 'HTTPS://', ' https://')
    const page = fc
      .tuple(scheme, host, fc.constantFrom('/', ''), path, fc.constantFrom('?', '', '#'), query)
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(page, (text) => {
        expect(stripPage(text, KEEP)).toEqual(stripParsed(text, KEEP))
      }),
      { numRuns: 20_000 },
    )
  })
})
