import { BlockList, isIP } from 'node:net'

/** IANA's special-purpose registry (RFC 6890 and later): nothing of it is reached over the public internet. */
const SPECIAL_V4: readonly [network: string, prefix: number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Link-local; 169.254.169.254 tells cloud machines their secrets.
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
]
/** Inside global unicast, which alone is public in IPv6. Teredo and 6to4 carry an IPv4 address nobody would look at. */
const SPECIAL_V6: readonly [network: string, prefix: number][] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]
/** IPv4-mapped (RFC 4291) and NAT64 (RFC 6052): the IPv4 address in the last 32 bits is what is reached. */
const CARRIES_V4: readonly [network: string, prefix: number][] = [
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
]

const specialV4 = listOf(SPECIAL_V4, 'ipv4')
const specialV6 = listOf(SPECIAL_V6, 'ipv6')
const carriers = listOf(CARRIES_V4, 'ipv6')
const unicast = listOf([['2000::', 3]], 'ipv6')

/** Whether an address, as text, is one of the public internet. What cannot be read is not. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return !specialV4.check(address)
  if (family !== 6 || address.includes('%')) return false
  if (carriers.check(address, 'ipv6')) return isPublicAddress(lastV4(address))
  return unicast.check(address, 'ipv6') && !specialV6.check(address, 'ipv6')
}

function listOf(subnets: readonly [string, number][], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList()
  for (const [network, prefix] of subnets) list.addSubnet(network, prefix, family)
  return list
}

/** The last 32 bits of an IPv6 address as an IPv4 address; the URL parser writes them as two groups of hex digits. */
function lastV4(address: string): string {
  const groups = new URL(`http://[${address}]`).hostname.slice(1, -1).split(':')
  const [high = '', low = ''] = groups.slice(-2)
  const bits = Number.parseInt(high || '0', 16) * 65_536 + Number.parseInt(low || '0', 16)
  return [24, 16, 8, 0].map((shift) => Math.floor(bits / 2 ** shift) % 256).join('.')
}
