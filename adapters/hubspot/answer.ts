import type { HookReply, InboundRequest } from '../../core/adapter.ts'

/** Whether a request is a workflow action and not a webhook. */
export function isAction(request: InboundRequest): boolean {
  return request.below === 'action'
}

/** What HubSpot hears of an action: the workflow goes on either way, and shows what was wrong. */
export function answerAction(invalid: number): HookReply {
  const outputFields =
    invalid === 0
      ? { hs_execution_state: 'SUCCESS' }
      : { hs_execution_state: 'FAIL_CONTINUE', closeback_problem: 'No source is for this account and deal.' }
  return { status: 200, type: 'application/json', body: JSON.stringify({ outputFields }) }
}
