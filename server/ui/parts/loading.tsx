import { Skeleton, Stack } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { ApiProblem } from '../api/client.ts'
import { Failure } from './failure.tsx'

/** What was asked, or that it is being asked, or why there is no answer. */
export function Asked<T>({
  of,
  lines = 3,
  children,
}: {
  of: UseQueryResult<T, ApiProblem>
  lines?: number
  children: (answer: T) => ReactNode
}) {
  if (of.data !== undefined) return <>{children(of.data)}</>
  if (of.error) return <Failure problem={of.error} again={() => void of.refetch()} />
  return (
    <Stack role="status" aria-busy="true" aria-label="Loading" gap="sm">
      {Array.from({ length: lines }, (_, at) => `line ${at}`).map((key) => (
        <Skeleton key={key} h={48} />
      ))}
    </Stack>
  )
}
