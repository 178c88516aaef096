import type { Association, CrmRecord } from './records.ts'

/** The two kinds of records we read, as HubSpot's paths name them. */
export type ObjectType = 'deals' | 'contacts'

export interface Filter {
  propertyName: string
  operator: 'EQ' | 'GT' | 'GTE' | 'LT' | 'LTE' | 'HAS_PROPERTY'
  value?: string
}

export interface Search {
  /** All must hold. */
  filters: Filter[]
  /** The property to sort by, ascending. */
  sort: string
  properties: string[]
  limit: number
  after: string
}

export interface Found {
  total: number
  records: CrmRecord[]
  /** Where the next page begins; `null` on the last one. */
  after: string | null
}

export interface ReadOptions {
  properties: readonly string[]
  /** Properties whose history is read, too: half as many records fit in a call. */
  history?: readonly string[]
  archived?: boolean
}

export interface Submission {
  id: string
  /** Epoch ms. */
  submittedAt: number
  values: { name: string; value: string }[]
  pageUrl: string | null
}

/** The account, and what its answer said about the limits. */
export interface AccountDetails {
  portalId: string
  kind: string
  currency: string | null
  timezone: string | null
  /** Requests left today and allowed a day; `null` where HubSpot does not say (OAuth apps have no daily limit). */
  daily: { left: number; most: number } | null
  /** HubSpot's clock, epoch ms. */
  date: number | null
}

export interface PropertyDefinition {
  name: string
  label: string
  type: string
}

export interface StageDefinition {
  id: string
  label: string
  metadata: Readonly<Record<string, string>>
}

export interface PipelineDefinition {
  id: string
  label: string
  stages: StageDefinition[]
}

/** A text property to create. */
export interface NewProperty {
  name: string
  label: string
  description: string
  groupName: string
}

/** Everything HubSpot is asked; calls.ts asks it. */
export interface Api {
  search(type: ObjectType, search: Search): Promise<Found>
  /** Records by id, as many calls as that takes. What does not exist is left out; a merged record answers as its survivor. */
  read(type: ObjectType, ids: readonly string[], options: ReadOptions): Promise<CrmRecord[]>
  /** One page of a list that is read from the records themselves and not from the search index. */
  list(type: ObjectType, after: string | null, options: ReadOptions): Promise<Omit<Found, 'total'>>
  /** The records of the other type that each of these is associated with; without any it is left out. */
  associations(from: ObjectType, to: ObjectType, ids: readonly string[]): Promise<Map<string, Association[]>>
  pipelines(): Promise<PipelineDefinition[]>
  properties(type: ObjectType): Promise<PropertyDefinition[]>
  propertyGroups(type: ObjectType): Promise<string[]>
  createGroup(type: ObjectType, name: string, label: string): Promise<void>
  createProperties(type: ObjectType, properties: NewProperty[]): Promise<void>
  forms(after: string | null): Promise<{ forms: { id: string; name: string }[]; after: string | null }>
  /** Newest first. */
  submissions(form: string, after: string | null): Promise<{ rows: Submission[]; after: string | null }>
  account(): Promise<AccountDetails>
}
