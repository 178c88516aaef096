import { getActivity } from './activity.ts'
import { getAlerts } from './alerts.ts'
import { deleteApiKey, getApiKeys, postApiKey } from './api-keys.ts'
import { getAudits } from './audits.ts'
import { checkCapture, watchCaptureCheck } from './capture-check.ts'
import { getConnections } from './connection-cards.ts'
import { connectionEdits } from './connection-edit.ts'
import { connectionTries } from './connection-try.ts'
import { switches } from './connections.ts'
import { beginTikTokConsent } from './consent.ts'
import { getDeal } from './deals.ts'
import { requeueDeliveries, resolveDeliveries } from './decisions.ts'
import { getDeliveries, getDelivery } from './deliveries.ts'
import { getEventSets, getGrant, postToken } from './grant.ts'
import { getIngest, getIngests } from './ingests.ts'
import { getInsightDays, listInsightRows } from './insight-rows.ts'
import { getInsights } from './insights.ts'
import { join, lookAtInvitation, postOwner } from './join.ts'
import { getJourneys } from './journeys.ts'
import type { Operation } from './operation.ts'
import { getOverview } from './overview.ts'
import { getOverviewCampaigns } from './overview-campaigns.ts'
import { getPayload } from './payload.ts'
import { deleteInvitation, deletePerson, getPeople, postInvitation, putPerson } from './people.ts'
import { pushNow } from './push.ts'
import { getReconciledDeals } from './reconciled-deals.ts'
import { getAdvice, getAttribution, getReconciliation } from './reports.ts'
import { previewRules } from './rule-preview.ts'
import { ruleOperations } from './rules.ts'
import { runOperations } from './runs.ts'
import { deleteSession, getSession, postSession, putPassword } from './session.ts'
import { putSettings } from './settings.ts'
import { getAdapters, getSourceRequests, getSources } from './source-cards.ts'
import { sourceEdits } from './source-edit.ts'
import { sendSample } from './source-sample.ts'
import { sourceOperations } from './sources.ts'
import { getStatus } from './status.ts'
import { getWorkspace, putWorkspace } from './workspace.ts'

/** Every operation of the API, in the order of the OpenAPI document. */
export const OPERATIONS = [
  getWorkspace,
  putWorkspace,
  getStatus,
  getDeliveries,
  requeueDeliveries,
  resolveDeliveries,
  getDelivery,
  getDeal,
  getReconciliation,
  getReconciledDeals,
  getInsights,
  getAttribution,
  getJourneys,
  getAdvice,
  getIngests,
  getIngest,
  ...switches,
  pushNow,
  checkCapture,
  watchCaptureCheck,
  listInsightRows,
  getInsightDays,
  getAudits,
  ...sourceOperations,
  ...runOperations,
  getApiKeys,
  postApiKey,
  deleteApiKey,
  getSession,
  postSession,
  deleteSession,
  putPassword,
  postOwner,
  lookAtInvitation,
  join,
  getPeople,
  putPerson,
  deletePerson,
  postInvitation,
  deleteInvitation,
  getActivity,
  getPayload,
  getOverview,
  getOverviewCampaigns,
  getAlerts,
  beginTikTokConsent,
  getGrant,
  postToken,
  getEventSets,
  getConnections,
  ...connectionEdits,
  ...connectionTries,
  getAdapters,
  getSources,
  ...sourceEdits,
  getSourceRequests,
  sendSample,
  ...ruleOperations,
  previewRules,
  putSettings,
] as const satisfies readonly Operation[]
