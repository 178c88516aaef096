/**
 * The parts of Closeback that are useful outside of it: what identifies a person and an event, what a workspace may
 * say, and what adapters are written with. The port itself is `closeback/adapter`, its suite `closeback/testing`.
 */
export { type HashOptions, hashIdentity } from './identity/hash-identity.ts'
export { emptyRawIdentity, type HashedIdentity, type RawIdentity } from './identity/identity.ts'
export { eventIdOf } from './mapping/event-id.ts'
export { ClosebackError, type ErrorCode, type Issue } from './model/errors.ts'
export { type Money, parseMoney } from './model/money.ts'
export { EMPTY_FACTS, type Facts, type StageChange, type Touchpoint } from './model/record.ts'
export { parseInstant } from './model/time.ts'
export { Workspace, type WorkspaceInput } from './model/workspace.ts'
export { workspaceJsonSchema } from './workspace/json-schema.ts'
