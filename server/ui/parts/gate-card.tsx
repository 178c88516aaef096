import { Center, Stack, Text, Title } from '@mantine/core'
import type { FormEvent, ReactNode } from 'react'
import icon from '../icon.svg'

/** The small card before the console: signing in, joining, the first owner. */
export function GateCard({
  title,
  children,
  intro,
  onSubmit,
}: {
  title: string
  intro?: ReactNode
  children: ReactNode
  onSubmit: () => void
}) {
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSubmit()
  }
  return (
    <Center mih="100vh" p="md" component="main">
      <div style={{ width: '100%', maxWidth: 400 }}>
        <div className="brand" style={{ marginBottom: 20 }}>
          <img src={icon} width={26} height={26} alt="" /> Closeback
        </div>
        <form className="card" onSubmit={submit} noValidate>
          <Title order={1} size={20} mb={4}>
            {title}
          </Title>
          {intro && (
            <Text c="dimmed" size="sm" mb="md" component="div">
              {intro}
            </Text>
          )}
          <Stack gap="sm" mt="sm">
            {children}
          </Stack>
        </form>
      </div>
    </Center>
  )
}
