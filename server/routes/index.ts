import { deleteApiKey, getApiKeys, postApiKey } from './api-keys.ts'
import { switches } from './connections.ts'
import { getDeal } from './deals.ts'
import { requeueDeliveries, resolveDeliveries } from './decisions.ts'
import { getDeliveries, getDelivery } from './deliveries.ts'
import { getIngest, getIngests } from './ingests.ts'
import type { Operation } from './operation.ts'
import { pushNow } from './push.ts'
import { getReconciliation } from './reports.ts'
import { sourceOperations } from './sources.ts'
import { getStatus } from './status.ts'
import { getWorkspace, putWorkspace } from './workspace.ts'

/** Every operation of the API, in the order of the OpenAPI document. */
export const OPERATIONS: readonly Operation[] = [
  getWorkspace,
  putWorkspace,
  getStatus,
  getDeliveries,
  requeueDeliveries,
  resolveDeliveries,
  getDelivery,
  getDeal,
  getReconciliation,
  getIngests,
  getIngest,
  ...switches,
  pushNow,
  ...sourceOperations,
  getApiKeys,
  postApiKey,
  deleteApiKey,
]
