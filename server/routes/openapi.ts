import type { Request, Response } from 'express'
import { openApiDocument } from '../openapi/document.ts'
import { sendJson } from '../problem.ts'

/** `GET /api/v1/openapi.json`. Made when first asked for: it takes longer than a start should. */
export function openApi() {
  let made: object | null = null
  return (_req: Request, res: Response): void => {
    made ??= openApiDocument()
    sendJson(res, 200, made)
  }
}
