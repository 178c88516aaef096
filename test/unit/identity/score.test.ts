import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptyHashedIdentity } from '../../../core/identity/identity.ts'
import { type MatchKey, matchKeys, matchScore } from '../../../core/identity/score.ts'

const everything = {
  ttclid: 'E.C.P.x',
  ttp: '2F7h',
  leadId: '7000',
  identity: {
    ...emptyHashedIdentity(),
    email: ['e'],
    phone: ['p'],
    externalId: ['x'],
    ip: '203.0.113.7',
    userAgent: 'Mozilla/5.0',
  },
}
const ALL: MatchKey[] = ['ttclid', 'ttp', 'lead_id', 'email', 'phone', 'external_id', 'ip_user_agent']

describe('matchKeys', () => {
  it('counts on each route only what TikTok matches there', () => {
    expect(matchKeys('web', everything)).toEqual([
      'ttclid',
      'email',
      'phone',
      'ttp',
      'external_id',
      'ip_user_agent',
    ])
    expect(matchKeys('offline', everything)).toEqual(['email', 'phone'])
    expect(matchKeys('crm', everything)).toEqual(['lead_id', 'email', 'phone', 'external_id'])
  })

  it('finds none where there is nothing', () => {
    const nothing = { ttclid: null, ttp: null, leadId: null, identity: null }
    for (const route of ['web', 'offline', 'crm'] as const) {
      expect(matchKeys(route, nothing)).toEqual([])
      expect(matchKeys(route, { ...nothing, ttclid: '', identity: emptyHashedIdentity() })).toEqual([])
    }
  })

  it('counts an IP address only together with its user agent', () => {
    const ipAlone = { ...everything.identity, userAgent: null }
    expect(matchKeys('web', { ...everything, identity: ipAlone })).not.toContain('ip_user_agent')
  })
})

describe('matchScore', () => {
  it('is 0 without keys and stays within 100', () => {
    expect(matchScore([])).toBe(0)
    expect(matchScore(ALL)).toBeLessThanOrEqual(100)
  })

  it('never falls when a key is added, and counts a key once', () => {
    fc.assert(
      fc.property(fc.subarray(ALL), fc.constantFrom(...ALL), (keys, more) => {
        expect(matchScore([...keys, more])).toBeGreaterThanOrEqual(matchScore(keys))
        expect(matchScore([...keys, ...keys])).toBe(matchScore(keys))
      }),
    )
  })

  it('puts a click id above an address, and an address above a browser', () => {
    expect(matchScore(['ttclid'])).toBeGreaterThan(matchScore(['email']))
    expect(matchScore(['email'])).toBeGreaterThan(matchScore(['ip_user_agent']))
    expect(matchScore(['email', 'phone'])).toBe(82)
  })
})
