import { Group, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

/** The name of a page, one sentence that answers its question, and at most one thing to do. */
export function PageHead({
  title,
  children,
  action,
  zone,
}: {
  title: ReactNode
  children?: ReactNode
  action?: ReactNode
  zone?: string
}) {
  return (
    <Group justify="space-between" align="flex-start" mb="lg" gap="md">
      <div style={{ minWidth: 0, flex: '1 1 320px' }}>
        <Title order={1} size={24} style={{ letterSpacing: '-0.02em', overflowWrap: 'anywhere' }}>
          {title}
        </Title>
        {children && (
          <Text c="dimmed" mt={4} component="div">
            {children}
          </Text>
        )}
        {zone && (
          <Text size="xs" c="dimmed" mt={4}>
            Times in {zone}
          </Text>
        )}
      </div>
      {action}
    </Group>
  )
}
