import type { Operation } from './operation.ts'

/** Every operation of the API, in the order of the OpenAPI document. */
export const OPERATIONS: readonly Operation[] = []
