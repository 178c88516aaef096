import { basename } from 'node:path'
import type { LedgerAttribution, Model, PathsAttribution } from '../../core/model/attribution.ts'
import { moneyText } from '../reconciliation/words.ts'
import { journeysText } from './words.ts'

/** What one model gives one row; texts as people read them, `null` where there is nothing to say. */
export interface Credited {
  conversions: number
  value: string
  cpa: string | null
  roas: string | null
}

/** Channels, campaigns, ad groups or ads, each with what every model gives it. */
export interface AttributionLevel {
  /** `Channel`, or several columns that name a row together. */
  titles: readonly string[]
  rows: readonly { names: readonly string[]; spend: string | null; credited: readonly Credited[] }[]
}

/** An attribution report as all its formats but JSON show it. */
export interface AttributionView {
  title: string
  /** What was attributed, in sentences. */
  summary: readonly string[]
  /** What a reader must know before believing a figure. */
  notes: readonly string[]
  models: readonly Model[]
  levels: readonly AttributionLevel[]
}

const DECIMALS = { minimumFractionDigits: 2, maximumFractionDigits: 2 }

/** A share of conversions or of value as people read it. */
export function decimalText(number: number): string {
  return number.toLocaleString('en-US', DECIMALS)
}

export function viewOfPaths({ file, journeys, models }: PathsAttribution): AttributionView {
  const entries = Object.entries(models) as [
    Model,
    { channel: string; conversions: number; value: number }[],
  ][]
  const { conversions, nulls, value, longest } = journeys
  return {
    title: `Attribution of ${basename(file)}`,
    summary: [
      `${conversions.toLocaleString('en-US')} conversions worth ${decimalText(value)}, and ${nulls.toLocaleString('en-US')} journeys without one; the longest has ${longest.toLocaleString('en-US')} touches.`,
    ],
    notes: [],
    models: entries.map(([model]) => model),
    levels: [
      {
        titles: ['Channel'],
        rows: (entries[0]?.[1] ?? []).map(({ channel }, at) => ({
          names: [channel],
          spend: null,
          credited: entries.map(([, shares]) => ({
            conversions: shares[at]?.conversions ?? 0,
            value: decimalText(shares[at]?.value ?? 0),
            cpa: null,
            roas: null,
          })),
        })),
      },
    ],
  }
}

const TITLES = ['Channel', 'Campaign', 'Ad group', 'Ad'] as const

export function viewOfLedger(report: LedgerAttribution): AttributionView {
  const { connectionId, from, to, timezone, models, levels, notes } = report
  return {
    title: `Attribution ${from} to ${to}`,
    summary: [`${journeysText(report)}. Days of ${connectionId} (${timezone}).`],
    notes,
    models: Object.keys(models) as Model[],
    levels: levels.map(({ rows }, depth) => ({
      titles: TITLES.slice(0, depth + 1),
      rows: rows.map(({ names, spend, credited }) => ({
        names,
        spend: spend && moneyText(spend),
        credited: credited.map(({ conversions: won, value: worth, cpa, roas }) => ({
          conversions: won,
          value: moneyText(worth),
          cpa: cpa && moneyText(cpa),
          roas: roas === null ? null : decimalText(roas),
        })),
      })),
    })),
  }
}
