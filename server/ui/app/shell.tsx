import { AppShell, Burger, Group, Kbd, Skeleton, Stack, Text, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { type ComponentType, type LazyExoticComponent, lazy, Suspense, useEffect } from 'react'
import { Link, matchPath, Route, Routes, useLocation } from 'react-router'
import icon from '../icon.svg'
import { NotAllowed, NotFound } from '../pages/not-found.tsx'
import { PAGES, type Page } from '../pages.ts'
import { ErrorFence } from './error-fence.tsx'
import { useKeyboard } from './keyboard.ts'
import { PersonMenu } from './person-menu.tsx'
import { useDots } from './rail-dots.ts'
import { useMay } from './session.ts'

const GROUPS = ['Work', 'Reports', 'House'] as const
const PARTS = new Map<Page, LazyExoticComponent<ComponentType>>(PAGES.map((page) => [page, lazy(page.load)]))

/** The rail and the page beside it. */
export function Shell() {
  const [opened, { toggle, close }] = useDisclosure(false)
  const { pathname } = useLocation()
  const page = PAGES.find(({ path }) => matchPath(path, pathname))
  const may = useMay()
  useKeyboard()
  useEffect(() => {
    document.title = page ? `${page.title} · Closeback` : 'Closeback'
    close()
  }, [page, close])
  return (
    <AppShell
      navbar={{ width: 216, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      header={{ height: 52, collapsed: false }}
      layout="alt"
      padding={0}
      classNames={{ header: 'narrow-only', main: 'shell-main', navbar: 'rail' }}
    >
      <a className="skip" href="#content">
        Skip to the page
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" gap="sm">
          <Burger opened={opened} onClick={toggle} size="sm" aria-label="Pages" />
          <Text fw={650}>{page?.title ?? 'Closeback'}</Text>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm">
        <Rail close={close} />
      </AppShell.Navbar>
      <AppShell.Main>
        <div id="content" className="content" tabIndex={-1}>
          <ErrorFence key={pathname}>
            <Suspense fallback={<PageSkeleton />}>
              <Routes>
                {PAGES.map((each) => {
                  const Part =
                    each.needs && !may(each.needs) ? NotAllowed : (PARTS.get(each) as ComponentType)
                  return <Route key={each.path} path={each.path} element={<Part />} />
                })}
                <Route path="*" element={<NotFound />} />
              </Routes>
            </Suspense>
          </ErrorFence>
        </div>
      </AppShell.Main>
    </AppShell>
  )
}

function Rail({ close }: { close: () => void }) {
  const { pathname } = useLocation()
  const dots = useDots()
  return (
    <Stack h="100%" gap="xs" component="nav" aria-label="Pages">
      <Group justify="space-between" px={8} py={6}>
        <Link to="/" className="brand">
          <img src={icon} width={22} height={22} alt="" /> Closeback
        </Link>
        <Burger opened onClick={close} size="sm" hiddenFrom="sm" aria-label="Close" />
      </Group>
      {GROUPS.map((group) => {
        const pages = PAGES.filter((page) => page.rail?.group === group)
        if (pages.length === 0) return null
        return (
          <div key={group}>
            {group !== 'Work' && <Text className="rail-group">{group}</Text>}
            {pages.map((page) => {
              const Icon = page.rail?.icon as NonNullable<Page['rail']>['icon']
              const active = page.path === '/' ? pathname === '/' : pathname.startsWith(page.path)
              const dot = dots[page.path]
              return (
                <UnstyledButton
                  key={page.path}
                  component={Link}
                  to={page.path}
                  className="rail-link"
                  aria-current={active ? 'page' : undefined}
                >
                  <Icon size={18} stroke={1.7} aria-hidden />
                  <span>{page.title}</span>
                  {dot && (
                    <span
                      className="dot"
                      data-tone={dot.tone}
                      role="img"
                      aria-label={dot.text}
                      title={dot.text}
                    />
                  )}
                </UnstyledButton>
              )
            })}
          </div>
        )
      })}
      <div style={{ flex: 1 }} />
      <Text size="xs" c="dimmed" px={8} visibleFrom="sm">
        <Kbd size="xs">/</Kbd> search, <Kbd size="xs">g</Kbd> and a letter to go
      </Text>
      <PersonMenu />
    </Stack>
  )
}

function PageSkeleton() {
  return (
    <Stack role="status" aria-busy="true" aria-label="Loading">
      <Skeleton h={32} w={220} />
      <Skeleton h={120} />
      <Skeleton h={240} />
    </Stack>
  )
}
