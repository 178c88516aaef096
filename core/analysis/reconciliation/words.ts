import type { Bucket, ReportStep } from '../../model/reconciliation.ts'

/** What a bucket holds, and what to do about what is in it; `null` where nothing is wrong. */
export const BUCKET_WORDS: Record<Bucket, { title: string; remedy: string | null }> = {
  accepted: { title: 'accepted by TikTok', remedy: null },
  uncertain: {
    title: 'uncertain: no definite answer from TikTok',
    remedy: 'Look in Events Manager, then end them with "closeback resolve".',
  },
  rejected: {
    title: 'rejected by TikTok',
    remedy: 'See why with "closeback events --state rejected"; correct the deal or the rule.',
  },
  waiting: {
    title: 'waiting to be sent',
    remedy: 'See with "closeback check" whether the connection is paused or parked.',
  },
  held: {
    title: 'held: something is missing',
    remedy: 'See what with "closeback events --state held": an amount, a rate, a decision.',
  },
  too_old: {
    title: 'older than TikTok takes',
    remedy: 'Send an earlier stage of the deal, which "closeback advise" picks.',
  },
  cancelled: { title: 'cancelled by a person', remedy: null },
  not_seen: {
    title: 'never seen by Closeback',
    remedy: 'See whether the source polls or posts: "closeback check"; then "closeback backfill".',
  },
  suppressed: { title: 'no consent, or forgotten', remedy: null },
  before_start: {
    title: 'won before the connection started',
    remedy: 'Send them with "closeback backfill" while TikTok takes them.',
  },
  no_rule: {
    title: 'no rule asks for them',
    remedy: 'Widen a rule, or leave it: "closeback preview" shows both.',
  },
  not_tiktok: {
    title: 'not from TikTok, and the rule asks for that',
    remedy: 'Keep ttclid and UTM values on the record; see docs/attribution.md.',
  },
  no_match_key: {
    title: 'nothing TikTok could match',
    remedy: 'Bring e-mail, phone or ttclid to the record.',
  },
  not_sendable: { title: 'could not be sent', remedy: 'See why for each with "closeback explain".' },
}

/** What a step is about, and what to do about it. */
export const STEP_WORDS: Record<ReportStep, { title: string; remedy: string }> = {
  test_events: {
    title: 'test events',
    remedy: 'Take delivery.testEventCode out of the connection.',
  },
  pixel_copies: {
    title: 'merged with a copy of the pixel',
    remedy: 'Nothing is lost: TikTok counts one of the two.',
  },
  time_zone: {
    title: 'another time zone',
    remedy: "Set the connection's time zone to that of the ad account.",
  },
  outside_click_window: {
    title: 'later than the click window (delayed firing)',
    remedy: 'Send an earlier stage with an expected value: "closeback advise".',
  },
  no_click_id: {
    title: 'no click id (missing ttclid)',
    remedy: 'Keep the ttclid from the landing page to the CRM: install the fields and the capture script.',
  },
  click_day: {
    title: "booked on the click's day",
    remedy: 'Compare longer periods: what leaves one day joins another.',
  },
  counted_once: {
    title: 'counted once a click',
    remedy: 'Choose "every" in the ad group when each deal is to count.',
  },
  restatement: {
    title: 'days that are not final',
    remedy: 'Look again when they are; TikTok corrects past days.',
  },
  account_currency: {
    title: 'currency of the account',
    remedy: "Send the account's currency by dated rates in the workspace.",
  },
  view_through: {
    title: 'credited to a view or another click',
    remedy: 'Compare with the view window of the ad groups.',
  },
  other_events: {
    title: 'other events of the CRM set',
    remedy: 'Compare all events of the set together.',
  },
  other_senders: {
    title: 'other senders on the same set (deduplication)',
    remedy: 'Give the pixel and Closeback the same event id, or an event set each.',
  },
}
