import { webhook } from '../adapters/webhook/index.ts'
import type { SourceAdapter } from '../core/adapter.ts'

/** The adapters this host can run, by the name a source gives. */
export const ADAPTERS: ReadonlyMap<string, SourceAdapter> = new Map([[webhook.id, webhook as SourceAdapter]])

/** Adapters that are planned: a source that names one is told so, instead of "unknown". */
export const PLANNED_ADAPTERS: readonly string[] = ['hubspot', 'salesforce']
