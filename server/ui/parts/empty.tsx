import { Text } from '@mantine/core'
import type { ReactNode } from 'react'

/** Nothing here yet: what would stand here, and what to do next. */
export function Empty({
  title,
  children,
  action,
  page = false,
}: {
  title: string
  /** There is nothing else on the page: the title is its heading. */
  page?: boolean
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <div className="card empty">
      <Text fw={650} size="lg" {...(page && { component: 'h1', m: 0 })}>
        {title}
      </Text>
      {children && (
        <Text c="dimmed" mt={6} mb={action ? 'md' : 0} maw={520} mx="auto">
          {children}
        </Text>
      )}
      {action}
    </div>
  )
}
