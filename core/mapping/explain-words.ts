import type { MoneyText } from '../model/story.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../model/time.ts'

/** Money as people read it: `4,200.00 USD`. */
export function amountText({ amount, currency }: MoneyText): string {
  const [whole = '', fraction] = amount.split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return `${fraction === undefined ? grouped : `${grouped}.${fraction}`} ${currency}`
}

/** The time between two ISO moments in its largest unit: `2 min`, `3 days`. */
export function durationText(from: string, to: string): string {
  const ms = Math.max(0, Date.parse(to) - Date.parse(from))
  if (ms < MINUTE) return `${Math.round(ms / SECOND)} s`
  if (ms < 2 * HOUR) return `${Math.round(ms / MINUTE)} min`
  if (ms < 2 * DAY) return `${Math.round(ms / HOUR)} hours`
  return `${Math.round(ms / DAY)} days`
}

/** `2026-11-20 10:00 UTC` */
export function momentText(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`
}

/** A sentence of somebody else, fit to stand inside one of ours. */
export function clause(text: string): string {
  return text.replace(/[.\s]+$/, '')
}
