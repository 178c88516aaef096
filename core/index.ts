/**
 * The parts of Closeback that are useful outside of it: what identifies a person and an event, and what a workspace
 * may say. Adapters are written against `closeback/adapter`, and tested with `closeback/testing`.
 */
export { type HashOptions, hashIdentity } from './identity/hash-identity.ts'
export { emptyRawIdentity, type HashedIdentity, type RawIdentity } from './identity/identity.ts'
export { eventIdOf } from './mapping/event-id.ts'
export { ClosebackError, type ErrorCode, type Issue } from './model/errors.ts'
export { Workspace, type WorkspaceInput } from './model/workspace.ts'
export { workspaceJsonSchema } from './workspace/json-schema.ts'
