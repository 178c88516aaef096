import { expect, it, vi } from 'vitest'

const compared = vi.hoisted(() => vi.fn())

vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof import('node:crypto')>()
  compared.mockImplementation(crypto.timingSafeEqual)
  return { ...crypto, timingSafeEqual: compared }
})

it('compares every signature of the right length in constant time, and lets nothing else decide', async () => {
  const { NOW, SECRET, sign } = await import('./samples.ts')
  const { verifyStandard } = await import('../../../adapters/webhook/verify.ts')
  const request = sign('{}')
  const wrong = `v1,${'A'.repeat(43)}=`
  const both = {
    ...request,
    headers: { ...request.headers, 'webhook-signature': `${request.headers['webhook-signature']} ${wrong}` },
  }
  expect(verifyStandard(both, [SECRET], NOW)).toBe('msg_1')
  expect(compared).toHaveBeenCalledTimes(2)
  compared.mockReturnValue(false)
  expect(() => verifyStandard(request, [SECRET], NOW)).toThrow(/does not match/)
})

it('compares in constant time under every other scheme, too', async () => {
  const { NOW } = await import('./samples.ts')
  const { settings } = await import('../../../adapters/webhook/settings.ts')
  const { verifySender } = await import('../../../adapters/webhook/verify-sender.ts')
  const { BASIC, SENDERS } = await import('./senders.ts')
  for (const sender of [...Object.values(SENDERS), BASIC]) {
    const request = sender.sign('{}', sender.secret)
    const verify = () => verifySender(request, settings.parse(sender.settings), [sender.secret], NOW)
    compared.mockReset().mockReturnValue(true)
    expect(verify()).toBeNull()
    expect(compared).toHaveBeenCalledTimes(1)
    compared.mockReturnValue(false)
    expect(verify).toThrow(/does not match/)
  }
})
