import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const VERSION = '3.497.0'
const INSTALL_MS = 120_000
const CORE = '@segment/actions-core'
const ACTION = '@segment/action-destinations/dist/destinations/tiktok-conversions/index.js'

interface Peer {
  /** Reads the action's input out of an event by dotted paths. */
  transform(mapping: unknown, data: unknown): Record<string, unknown>
  perform(request: (url: string, options: { json: unknown }) => unknown, data: object): unknown
  mapping: unknown
}

/**
 * The TikTok Conversions action of `@segment/action-destinations`, from the text of an event to the text of a request;
 * or a sentence saying why there is none. Installed on demand into the system's temporary directory, never beside the
 * product: it brings a hundred packages.
 */
export async function peerEvent(): Promise<((text: string) => string) | string> {
  let peer: Peer
  try {
    peer = load(await install())
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : 'unknown'
    return `@segment/action-destinations ${VERSION} could not be installed, its row is left out (${why}).`
  }
  const settings = { accessToken: 'token', pixelCode: 'C4AAAAAAAAAAAAAAAAAA' }
  const write = (_url: string, { json }: { json: unknown }) => JSON.stringify(json)
  return (text) => {
    const payload = peer.transform(peer.mapping, toTrackEvent(JSON.parse(text)))
    return String(peer.perform(write, { payload, settings }))
  }
}

async function install(): Promise<string> {
  const at = join(tmpdir(), `closeback-bench-peer-${VERSION}`)
  if (existsSync(join(at, 'installed'))) return at
  await mkdir(at, { recursive: true })
  const wanted = {
    private: true,
    dependencies: { '@segment/action-destinations': VERSION },
    // Pinned by the package to a release that some registries do not have; the TikTok action never loads it.
    overrides: { '@aws-sdk/client-kinesis': '3' },
  }
  await writeFile(join(at, 'package.json'), JSON.stringify(wanted))
  const flags = ['--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund', '--loglevel=error']
  await promisify(execFile)('npm', ['install', ...flags], { cwd: at, timeout: INSTALL_MS })
  await writeFile(join(at, 'installed'), '')
  return at
}

function load(at: string): Peer {
  const require = createRequire(join(at, 'package.json'))
  const destination = require(ACTION).default
  const { transform } = require(CORE)
  const preset = destination.presets.find((each: { name: string }) => each.name === 'Complete Payment')
  return { transform, perform: destination.actions.reportWebEvent.perform, mapping: preset.mapping }
}

/** The same purchase as its senders say it: where the action's own preset looks for each part. */
// biome-ignore lint/suspicious/noExplicitAny: a sample of ours, just parsed
function toTrackEvent(item: any): object {
  const { contact } = item
  return {
    type: 'track',
    event: 'Order Completed',
    messageId: item.id,
    timestamp: item.occurredAt,
    properties: {
      // Lists, which the platform around the action would make of single values.
      email: [contact.email],
      phone: [contact.phone],
      currency: item.currency,
      value: Number(item.amount),
      order_id: item.orderId,
      products: item.contents.map((line: { id: string; price: string }) => ({
        ...line,
        product_id: line.id,
        price: Number(line.price),
      })),
    },
    context: {
      ip: contact.ip,
      userAgent: contact.userAgent,
      locale: contact.locale,
      page: { url: item.pageUrl },
      traits: { address: { city: contact.city, state: contact.state, country: contact.country } },
    },
    integrations: { 'TikTok Conversions': { ttclid: item.click.ttclid, ttp: item.click.ttp } },
  }
}
