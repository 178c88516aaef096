import { Alert, Button, List, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { ApiProblem } from '../api/client.ts'

/** What went wrong, in the API's words, and what to do. */
export function Failure({ problem, again }: { problem: ApiProblem | null; again?: () => void }) {
  if (problem === null) return null
  return (
    <Alert
      color="red"
      variant="outline"
      icon={<IconAlertTriangle aria-hidden />}
      title={problem.message}
      role="alert"
    >
      <Stack gap={6} align="flex-start">
        {problem.issues.length > 0 && (
          <List size="sm">
            {problem.issues.map(({ path, message, remedy }) => (
              <List.Item key={`${path} ${message}`}>
                <span className="mono">{path.replace(/^(body|query|path)\//, '')}</span> {message}
                {remedy && <span className="quiet"> {remedy}</span>}
              </List.Item>
            ))}
          </List>
        )}
        <Text size="sm">{problem.remedy}</Text>
        {again && (
          <Button size="xs" variant="default" onClick={again}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  )
}
