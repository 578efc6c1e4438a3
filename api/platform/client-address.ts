import { isIPv6 } from 'node:net'

/**
 * The address by which limits count. An IPv6 customer has 2^64 addresses and more, so it is their network, the first 64 bits;
 * an IPv4 address in IPv6's clothes (`::ffff:192.0.2.1`) is the IPv4 one.
 */
export function limitedAddress(ip: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1]
  if (mapped !== undefined) return mapped
  const plain = ip.split('%', 1)[0] ?? ip
  if (!isIPv6(plain)) return plain.slice(0, 45)
  const [head = '', tail] = plain.toLowerCase().split('::', 2)
  const parts = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - parts.length - after.length)
  const all = [...parts, ...Array.from({ length: zeros }, () => '0'), ...after]
  return `${all
    .slice(0, 4)
    .map((part) => part.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}
