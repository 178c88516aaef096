import { Button, Stack, Text } from '@mantine/core'
import { Copyable } from '../../parts/copyable.tsx'

/** A secret that was made just now: the only time that it is seen. */
export function SecretOnce({ source, secret, done }: { source: string; secret: string; done: () => void }) {
  return (
    <section className="card" aria-label="The new secret">
      <h2>The signing secret of {source}</h2>
      <Text size="sm" c="dimmed" mt={4} mb="sm">
        Copy it into your system now: it is sealed here and never shown again.
      </Text>
      <Stack gap="md" align="stretch">
        <Copyable text={secret} label="the signing secret" />
        <Button onClick={done} style={{ alignSelf: 'flex-start' }}>
          I kept it, go on
        </Button>
      </Stack>
    </section>
  )
}
