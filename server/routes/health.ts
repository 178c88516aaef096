import type { Request, Response } from 'express'
import { SECOND } from '../../core/model/time.ts'
import type { Host } from '../host.ts'
import { sendJson } from '../problem.ts'

const MAX_WAIT_MS = SECOND

/** `GET /healthz`: the process lives. */
export function healthz(_req: Request, res: Response): void {
  sendJson(res, 200, { status: 'ok' })
}

/** `GET /readyz`: the ledger answers in time and the workspace can be read; else 503. Shows nothing else to strangers. */
export function readyz({ closeback }: Host) {
  return async (_req: Request, res: Response): Promise<void> => {
    const ready = await inTime(closeback.store.refresh())
    res.setHeader('cache-control', 'no-store')
    if (!ready) res.setHeader('retry-after', '5')
    sendJson(res, ready ? 200 : 503, { status: ready ? 'ready' : 'unavailable' })
  }
}

async function inTime(answer: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), MAX_WAIT_MS)
  })
  try {
    return await Promise.race([answer.then(() => true), late])
  } catch {
    return false
  } finally {
    clearTimeout(timer)
  }
}
