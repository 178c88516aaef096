import type { Request, Response } from 'express'
import { authenticate } from '../auth/authenticate.ts'
import { PERMISSIONS } from '../auth/permissions.ts'
import type { Host } from '../host.ts'
import { ledgerCounts } from '../metrics/ledger-counts.ts'
import { CONTENT_TYPE } from '../metrics/metrics.ts'

/** `GET /metrics`: it tells how much business is done, so it takes a key, on whatever address the host listens. */
export function getMetrics(host: Host) {
  const counts = ledgerCounts(host.closeback)
  return async (req: Request, res: Response): Promise<void> => {
    res.setHeader('cache-control', 'no-store')
    await authenticate(host, req, res, PERMISSIONS['GET /metrics'])
    const text = await host.metrics.text(await counts())
    res.writeHead(200, { 'content-type': CONTENT_TYPE, 'content-length': Buffer.byteLength(text) })
    res.end(text)
  }
}
