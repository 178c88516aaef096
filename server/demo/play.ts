import { eventIdOf } from '../../core/mapping/event-id.ts'
import { DAY, HOUR, MINUTE, toIso } from '../../core/model/time.ts'
import { cycle } from '../../core/pipeline/cycle.ts'
import type { TikTokSandbox } from '../../fixtures/sandbox/tiktok/index.ts'
import { type StoryItem, type StoryStep, WEEKS } from '../../fixtures/scenarios/weeks.ts'
import type { Closeback } from '../compose.ts'
import { type Intake, postSigned, SOURCE } from './post-signed.ts'

const TOKEN = 'sandbox-token'
/** The story's host pushes this long after each message, as the real one would within two minutes. */
const PUSH_AFTER_MS = 2 * MINUTE

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

function post(stage: Stage, items: readonly StoryItem[], at: number): Promise<Intake> {
  const moment = (day: number) => toIso(Math.round(stage.start + day * DAY))
  const said = items.map(({ day, click, ...item }) => ({
    ...item,
    ...(click && { click: { ttclid: click.ttclid, clickedAt: moment(click.day) } }),
    occurredAt: day === undefined ? toIso(at) : moment(day),
  }))
  return postSigned(stage, said, at)
}
