import { readFile, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

/** dist/ui, from a checkout (server/console) and from the published package (dist/server/console). */
const BUNDLE = import.meta.url.includes('/dist/')
  ? join(import.meta.dirname, '../../ui')
  : join(import.meta.dirname, '../../dist/ui')

const TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}
const BROTLI_LEVEL = 9

/** One file of the console, ready to be sent. */
export interface BundleFile {
  type: string
  encoded: Record<'br' | 'gzip' | 'identity', Buffer>
}

/** The files of the console, read and compressed once each. `null` for what there is not. */
export function openBundle(root: string = BUNDLE) {
  const files = new Map<string, Promise<BundleFile | null>>()
  let page: { at: number; text: Promise<string> } | null = null
  return {
    /** A file of `assets`: its name says what is in it, so it never changes. */
    asset(name: string): Promise<BundleFile | null> {
      const known = files.get(name) ?? readAsset(root, name)
      // What is not there is not remembered: names are whatever a stranger asks for.
      void known.then((file) => file && files.set(name, known))
      return known
    },
    /**
     * The page, with `%NONCE%` in it; null while the console is not built. Read again when it was built anew: it names the
     * files of its build, and those of the one before are gone.
     */
    async page(): Promise<string | null> {
      const file = join(root, 'index.html')
      try {
        const { mtimeMs: at } = await stat(file)
        if (page?.at !== at) page = { at, text: readFile(file, 'utf8') }
        return await page.text
      } catch {
        page = null
        return null
      }
    },
  }
}

async function readAsset(root: string, name: string): Promise<BundleFile | null> {
  const type = TYPES[extname(name)]
  if (type === undefined || !/^[\w-]+(\.[\w-]+)*$/.test(name)) return null
  const identity = await readFile(join(root, 'assets', name)).catch(() => null)
  if (identity === null) return null
  const [br, zipped] = await Promise.all([
    promisify(brotliCompress)(identity, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_LEVEL } }),
    promisify(gzip)(identity),
  ])
  return { type, encoded: { br, gzip: zipped, identity } }
}
