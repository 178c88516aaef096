import { z } from 'zod'
import { plain, stripPage } from '../../../core/model/page-url.ts'
import { type Facts, type Touchpoint, type Utm, VISITOR_FIELD } from '../../../core/model/record.ts'
import { parseInstant } from '../../../core/model/time.ts'
import type { Settings } from '../settings.ts'
import type { MarkField } from './columns.ts'
import { type Row, textOf } from './row.ts'

const told = z.string().nullable()

/** What one record says of the ad its person came from. Holds no personal data: it is kept. */
export const markShape = z.object({
  /** When the record began: for a lead, the moment its form was sent. Epoch ms. */
  at: z.number(),
  on: z.enum(['opportunity', 'contact', 'lead']),
  ttclid: told,
  ttp: told,
  /** Epoch ms. */
  clickedAt: z.number().nullable(),
  utm: z
    .object({ source: told, medium: told, campaign: told, content: told, term: told, id: told })
    .nullable(),
  pageUrl: told,
  /** The number of the browser that visits were told of. */
  visitor: told.default(null),
})
export type Mark = z.infer<typeof markShape>

/** The mark of a record, `null` where it says nothing. `named` tells the column of each field. */
export function readMark(
  row: Row,
  named: (field: MarkField) => string,
  on: Mark['on'],
  at: number,
): Mark | null {
  const said = (field: MarkField) => plain(textOf(row, named(field)))
  const page = stripPage(textOf(row, named('pageUrl')) ?? '', [])
  const inPage = (name: string) => page?.params.get(name) ?? null
  const clicked = parseInstant(textOf(row, named('clickedAt')) ?? '')
  const utm: Utm = {
    source: said('utmSource') ?? inPage('utm_source'),
    medium: said('utmMedium') ?? inPage('utm_medium'),
    campaign: said('utmCampaign') ?? inPage('utm_campaign'),
    content: said('utmContent') ?? inPage('utm_content'),
    term: said('utmTerm') ?? inPage('utm_term'),
    id: said('utmId') ?? inPage('utm_id'),
  }
  const mark: Mark = {
    at,
    on,
    ttclid: said('ttclid') ?? inPage('ttclid'),
    ttp: said('ttp'),
    clickedAt: clicked.ok ? clicked.value : null,
    utm: Object.values(utm).some((part) => part !== null) ? utm : null,
    pageUrl: page?.url ?? null,
    visitor: said('visitor'),
  }
  return isVisit(mark) || mark.visitor !== null ? mark : null
}

function isVisit({ ttclid, ttp, utm, pageUrl }: Mark): boolean {
  return (ttclid ?? ttp ?? utm ?? pageUrl) !== null
}

/** The columns of our fields as the settings name them. */
export function columnOf({ fields }: Settings): (field: MarkField) => string {
  return (field) => fields[field]
}

type Traced = Pick<Facts, 'ttclid' | 'clickedAt' | 'ttp' | 'utm' | 'pageUrl'>

/**
 * Where the deal came from: the first record with a click id decides, in the order given (opportunity, primary contact,
 * lead that became the opportunity, lead that became one of its contacts). A click id and the moment, campaign and page
 * beside it belong together: they come from one record, unless it leaves them out.
 */
export function trace(marks: readonly Mark[]): Traced {
  const click = marks.find(({ ttclid }) => ttclid !== null)
  const first = <K extends 'ttp' | 'utm' | 'pageUrl'>(part: K): Mark[K] | null =>
    click?.[part] ?? marks.find((mark) => mark[part] !== null)?.[part] ?? null
  return {
    ttclid: click?.ttclid ?? null,
    clickedAt: click?.clickedAt ?? null,
    ttp: first('ttp'),
    utm: first('utm'),
    pageUrl: first('pageUrl'),
  }
}

/** A record's fields, with the visitor's number of the first record that has one. */
export function withVisitor(fields: Facts['fields'], marks: readonly Mark[]): Facts['fields'] {
  const visitor = marks.find((mark) => mark.visitor !== null)?.visitor ?? null
  return visitor === null ? fields : { ...fields, [VISITOR_FIELD]: visitor }
}

/** Clicks whose moment is known, and the forms that leads were made by: a journey without times would be a guess. */
export function touchpointsOf(marks: readonly Mark[]): Touchpoint[] {
  const seen = new Set<string>()
  return marks.filter(isVisit).flatMap(({ at, on, ttclid, ttp, clickedAt, utm, pageUrl }) => {
    const isClick = clickedAt !== null && (ttclid !== null || ttp !== null)
    if (!isClick && on !== 'lead') return []
    const point: Touchpoint = {
      at: clickedAt ?? at,
      kind: isClick || ttclid !== null ? 'click' : 'visit',
      ttclid,
      ttp,
      utm,
      pageUrl,
      referrer: null,
    }
    // The conversion of a lead copies its fields to contact and opportunity: one click, not three.
    const key = JSON.stringify([point.at, ttclid, ttp])
    if (seen.has(key)) return []
    seen.add(key)
    return [point]
  })
}
