import { crc32, deflateSync, inflateSync } from 'node:zlib'

const SIGNATURE_BYTES = 8
const COLOURS = 256
const RGB = 2

/**
 * A screenshot with at most 256 colours, a third of its bytes: pages have few, and those of letters' edges are close to
 * one that stays.
 *
 * @param png 8 bits a channel, RGB, not interlaced, as Chromium writes it; throws for others
 */
export function palettePng(png: Buffer): Buffer {
  const { width, height, pixels } = read(png)
  const counts = new Map<number, number>()
  for (const colour of pixels) counts.set(colour, (counts.get(colour) ?? 0) + 1)
  // A wrong tint is seen sooner than a wrong grey.
  const weight = ([colour, count]: [number, number]) => count * (1 + tint(colour) / 8)
  const byUse = [...counts].sort((a, b) => weight(b) - weight(a)).map(([colour]) => colour)
  const palette = byUse.slice(0, COLOURS)
  const indexOf = new Map(byUse.map((colour, at) => [colour, at < COLOURS ? at : nearest(palette, colour)]))

  const rows = Buffer.alloc(height * (width + 1))
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      rows[y * (width + 1) + 1 + x] = indexOf.get(pixels[y * width + x] ?? 0) ?? 0
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 3], 8)
  return Buffer.concat([
    png.subarray(0, SIGNATURE_BYTES),
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flatMap(channels))),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function read(png: Buffer): { width: number; height: number; pixels: Uint32Array } {
  const parts: Buffer[] = []
  for (let at = SIGNATURE_BYTES; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString('latin1', at + 4, at + 8) !== 'IDAT') continue
    parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)))
  }
  const header = SIGNATURE_BYTES + 8
  const [width, height] = [png.readUInt32BE(header), png.readUInt32BE(header + 4)]
  if (png[header + 8] !== 8 || png[header + 9] !== RGB) throw new Error('not a PNG of 8-bit RGB')
  const stride = width * 3
  const rows = inflateSync(Buffer.concat(parts))
  const bytes = Buffer.alloc(height * stride)
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (stride + 1)] ?? 0
    for (let x = 0; x < stride; x++) {
      const left = x < 3 ? 0 : (bytes[y * stride + x - 3] ?? 0)
      const above = y === 0 ? 0 : (bytes[(y - 1) * stride + x] ?? 0)
      const corner = x < 3 || y === 0 ? 0 : (bytes[(y - 1) * stride + x - 3] ?? 0)
      const guess = [0, left, above, (left + above) >> 1, paeth(left, above, corner)][filter] ?? 0
      bytes[y * stride + x] = (rows[y * (stride + 1) + 1 + x] ?? 0) + guess
    }
  }
  return {
    width,
    height,
    pixels: Uint32Array.from({ length: width * height }, (_, at) => bytes.readUIntBE(at * 3, 3)),
  }
}

/** Whichever of the three is closest to their plane, as the PNG specification says. */
function paeth(left: number, above: number, corner: number): number {
  const [toLeft, toAbove, toCorner] = [above - corner, left - corner, left + above - 2 * corner].map(
    Math.abs,
  ) as [number, number, number]
  if (toLeft <= toAbove && toLeft <= toCorner) return left
  return toAbove <= toCorner ? above : corner
}

function nearest(palette: readonly number[], colour: number): number {
  const wanted = channels(colour)
  let best = 0
  let least = Number.POSITIVE_INFINITY
  for (const [at, other] of palette.entries()) {
    const distance = channels(other).reduce((sum, each, nth) => sum + (each - (wanted[nth] ?? 0)) ** 2, 0)
    if (distance < least) [best, least] = [at, distance]
  }
  return best
}

const channels = (colour: number) => [colour >> 16, (colour >> 8) & 255, colour & 255]

/** How far a colour is from a grey, 0 to 255. */
function tint(colour: number): number {
  const parts = channels(colour)
  return Math.max(...parts) - Math.min(...parts)
}

function chunk(type: string, content: Buffer): Buffer {
  const part = Buffer.alloc(12 + content.length)
  part.writeUInt32BE(content.length, 0)
  part.write(type, 4, 'latin1')
  content.copy(part, 8)
  part.writeUInt32BE(crc32(part.subarray(4, 8 + content.length)), 8 + content.length)
  return part
}
