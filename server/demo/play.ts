import { createHmac, randomUUID } from 'node:crypto'
import { eventIdOf } from '../../core/mapping/event-id.ts'
import { ClosebackError } from '../../core/model/errors.ts'
import { DAY, HOUR, MINUTE, toIso } from '../../core/model/time.ts'
import { cycle } from '../../core/pipeline/cycle.ts'
import type { TikTokSandbox } from '../../fixtures/sandbox/tiktok/index.ts'
import { type StoryItem, type StoryStep, WEEKS } from '../../fixtures/scenarios/weeks.ts'
import type { Closeback } from '../compose.ts'

const SOURCE = 'shop-crm'
const TOKEN = 'sandbox-token'
/** The story's host pushes this long after each message, as the real one would within two minutes. */
const PUSH_AFTER_MS = 2 * MINUTE
const ANSWER_MS = 10_000

export interface Stage {
  closeback: Closeback
  sandbox: TikTokSandbox
  /** Where the host listens. */
  url: string
  /** `whsec_…` */
  secret: string
  /** Moves the story's clock to this moment. */
  moveTo(at: number): void
  /** When the story begins, epoch ms. */
  start: number
}

/** What the shop's systems were told, summed over the story. */
export interface Intake {
  received: number
  duplicates: number
}

/** Plays the whole story: each message over real HTTP with a real signature, each push to the simulated TikTok. */
export async function play(stage: Stage, tell: (day: number, text: string) => void): Promise<Intake> {
  const intake: Intake = { received: 0, duplicates: 0 }
  let at = stage.start
  for (const step of WEEKS) {
    at = await pushDaily(stage, at, stage.start + step.day * DAY)
    tell(step.day, step.tell)
    await prepare(stage, step)
    if (step.post) {
      const answer = await post(stage, step.post, at)
      intake.received += answer.received
      intake.duplicates += answer.duplicates
    }
    at += PUSH_AFTER_MS
    stage.moveTo(at)
    await push(stage)
  }
  return intake
}

/** Time passes: the host keeps pushing, here every six hours instead of every two minutes. */
async function pushDaily(stage: Stage, from: number, to: number): Promise<number> {
  for (let at = from + 6 * HOUR; at < to; at += 6 * HOUR) {
    stage.moveTo(at)
    await push(stage)
  }
  const arrival = Math.max(from, to)
  stage.moveTo(arrival)
  return arrival
}

/** One cycle, without the few seconds that a host spreads its connections over. */
async function push({ closeback }: Stage): Promise<void> {
  await cycle({ ...closeback.pipeline, jitter: () => Promise.resolve() })
}

async function prepare({ closeback, sandbox }: Stage, { tiktok }: StoryStep): Promise<void> {
  const { state } = sandbox
  if (tiktok?.kind === 'revoke_token') state.tokens.revoke(TOKEN)
  if (tiktok?.kind === 'renew_token') state.tokens.renew(TOKEN)
  if (tiktok?.kind === 'bad_gateway') state.faults.set([{ kind: 'http', status: 502 }])
  if (tiktok?.kind === 'refuse') {
    const uid = (await closeback.pipeline.settings()).uids.get(SOURCE) ?? ''
    const eventId = eventIdOf(uid, { type: 'deal', id: tiktok.record }, tiktok.milestone)
    state.faults.set([{ kind: 'poison', eventIds: [eventId], times: 'forever' }])
  }
}

async function post({ url, secret, start }: Stage, items: readonly StoryItem[], at: number): Promise<Intake> {
  const body = JSON.stringify(
    items.map(({ day, ...item }) => ({
      ...item,
      occurredAt: toIso(day === undefined ? at : start + day * DAY),
    })),
  )
  const id = `msg_${randomUUID()}`
  const timestamp = String(Math.floor(at / 1000))
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
  const response = await fetch(`${url}/hooks/webhook/${SOURCE}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    },
    body,
    signal: AbortSignal.timeout(ANSWER_MS),
  })
  const answer = await response.json()
  if (response.status === 202) return answer as Intake
  throw new ClosebackError('unavailable', `The demo's host answered ${response.status} to a message.`, {
    remedy: 'Run it again; if it stays, look at the lines above.',
  })
}
