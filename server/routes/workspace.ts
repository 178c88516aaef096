import { z } from 'zod'
import { ClosebackError } from '../../core/model/errors.ts'
import { Applied, WorkspaceShape } from '../openapi/shapes.ts'
import { problem } from '../problem.ts'
import { operation } from './operation.ts'
import { Flag } from './parameters.ts'

const Revision = z.string().describe('the revision in quotes, such as "12"')

export const getWorkspace = operation({
  route: 'GET /api/v1/workspace',
  id: 'getWorkspace',
  summary: 'Reads the settings',
  description: 'Without a single secret, and ready to be sent back. The ETag is the revision.',
  answers: {
    200: { description: 'the settings', schema: WorkspaceShape, headers: z.object({ etag: Revision }) },
    304: { description: 'still the revision of If-None-Match' },
  },
  headers: z.object({ 'if-none-match': Revision.optional() }),
  async act({ req }, { closeback }) {
    await closeback.store.refresh()
    const { workspace, revision } = closeback.store.current
    const headers = { etag: `"${revision}"` }
    const isKnown = req.headers['if-none-match'] === headers.etag
    return isKnown ? { status: 304, body: null, headers } : { status: 200, body: workspace, headers }
  },
})

export const putWorkspace = operation({
  route: 'PUT /api/v1/workspace',
  id: 'applyWorkspace',
  summary: 'Makes the settings what the body says',
  description:
    'As `closeback apply`: creates and updates, tells the difference, and deletes only with `prune`. Sending the same again changes nothing.',
  query: z.strictObject({
    dryRun: Flag.describe('tell the difference, write nothing'),
    prune: Flag.describe('also delete what the body does not name'),
  }),
  headers: z.object({ 'if-match': Revision.optional() }),
  text: {
    types: ['application/json', 'application/yaml'],
    schema: WorkspaceShape,
    read: (text) => text,
  },
  answers: {
    200: {
      description: 'what changed, or would change',
      schema: Applied,
      headers: z.object({ etag: Revision }),
    },
    409: { description: 'somebody else changed the settings meanwhile; nothing was written' },
    412: { description: 'the settings are not at the revision of If-Match; nothing was written' },
  },
  async act({ query: { dryRun, prune }, body, actor, req }, { closeback, jobs }) {
    const base = baseOf(req.headers['if-match'])
    try {
      const options = { actor: actor ?? 'api', dryRun, prune, ...(base !== null && { base }) }
      const { revision, changes } = await closeback.apply(body, 'the body', options)
      jobs.workspaceChanged()
      return { status: 200, body: { revision, dryRun, changes }, headers: { etag: `"${revision}"` } }
    } catch (error) {
      if (error instanceof RangeError) throw tooDeep()
      if (base === null || !(error instanceof ClosebackError) || error.code !== 'conflict') throw error
      return { status: 412, body: problem(412, 'conflict', error.message, error) }
    }
  },
})

function baseOf(ifMatch: string | undefined): number | null {
  if (ifMatch === undefined || ifMatch === '*') return null
  const [, revision] = /^"(\d{1,15})"$/.exec(ifMatch) ?? []
  // Any other tag matches no revision there ever was.
  return revision === undefined ? -1 : Number(revision)
}

/** The parser works recursively, and says so with the engine's own error. */
function tooDeep(): ClosebackError {
  return new ClosebackError('invalid', 'The body is nested too deeply to be settings.', {
    remedy: 'Send settings as GET gives them.',
  })
}
