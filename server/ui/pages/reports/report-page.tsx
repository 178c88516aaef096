import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { Empty } from '../../parts/empty.tsx'
import { Asked } from '../../parts/loading.tsx'
import { PageHead } from '../../parts/page-head.tsx'
import { type ReportScope, useReportScope } from './use-report-scope.ts'

/** A page of a report: its question, and what to do before there is anything to report on. */
export function ReportPage({
  title,
  question,
  children,
}: {
  title: string
  question: string
  children: (scope: ReportScope) => ReactNode
}) {
  const { asked, scope } = useReportScope()
  return (
    <>
      <PageHead title={title} zone={scope?.connection.timezone}>
        {question}
      </PageHead>
      <Asked of={asked}>
        {() =>
          scope === null ? (
            <Empty
              title="Nothing to report on yet"
              action={
                <Button component={Link} to="/connections/new">
                  Connect TikTok
                </Button>
              }
            >
              Connect a TikTok advertiser and a source of deals; this page fills as soon as deals close.
            </Empty>
          ) : (
            children(scope)
          )
        }
      </Asked>
    </>
  )
}
