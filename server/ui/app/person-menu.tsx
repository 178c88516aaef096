import { Menu, Text, UnstyledButton, useMantineColorScheme } from '@mantine/core'
import {
  IconChevronUp,
  IconDeviceDesktop,
  IconLogout,
  IconMoon,
  IconSun,
  IconUser,
} from '@tabler/icons-react'
import { Link } from 'react-router'
import { useAct } from '../api/use-answer.ts'
import { usePerson } from './session.ts'

/** Who is signed in; the colours; the way out. */
export function PersonMenu() {
  const person = usePerson()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const signOut = useAct('DELETE /api/v1/session', ['GET /api/v1/session'])
  const schemes = [
    ['auto', 'As the system', IconDeviceDesktop],
    ['light', 'Light', IconSun],
    ['dark', 'Dark', IconMoon],
  ] as const
  return (
    <Menu position="top-start" width={200}>
      <Menu.Target>
        <UnstyledButton className="rail-link person">
          <IconUser size={18} stroke={1.7} aria-hidden />
          <span>
            <Text size="sm" truncate component="span" display="block">
              {person.name || person.email}
            </Text>
            <Text size="xs" c="dimmed" component="span" display="block" tt="capitalize">
              {person.role}
            </Text>
          </span>
          <IconChevronUp size={14} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Colours</Menu.Label>
        {schemes.map(([scheme, label, Icon]) => (
          <Menu.Item
            key={scheme}
            leftSection={<Icon size={16} aria-hidden />}
            onClick={() => setColorScheme(scheme)}
            aria-current={colorScheme === scheme}
            fw={colorScheme === scheme ? 650 : undefined}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item component={Link} to="/settings?tab=you" leftSection={<IconUser size={16} aria-hidden />}>
          Your account
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => signOut.mutate({})}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
