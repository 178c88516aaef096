import {
  IconArrowsSplit2,
  IconBulb,
  IconChartBar,
  IconGitMerge,
  IconHome,
  IconListSearch,
  IconPlugConnected,
  type IconProps,
  IconRoute,
  IconScale,
  IconSettings,
} from '@tabler/icons-react'
import type { ComponentType } from 'react'
import type { RouteName } from './api/client.ts'

/** One page of the console: a file of its own, loaded when it is first opened. */
export interface Page {
  /** Where it stands; what follows is the page's own (`useParams`). */
  path: string
  title: string
  /** In the rail, with `g` and this letter to go there; without it the page is only reached from others. */
  rail?: { icon: ComponentType<IconProps>; key: string; group: 'Work' | 'Reports' | 'House' }
  /** What it is for: whoever may not call this route is told so instead. */
  needs?: RouteName
  load: () => Promise<{ default: ComponentType }>
}

export const PAGES: readonly Page[] = [
  {
    path: '/',
    title: 'Overview',
    rail: { icon: IconHome, key: 'o', group: 'Work' },
    load: () => import('./pages/overview/overview.tsx'),
  },
  {
    path: '/start',
    title: 'First steps',
    needs: 'POST /api/v1/connections',
    load: () => import('./pages/first-steps/first-steps.tsx'),
  },
  {
    path: '/connections',
    title: 'Connections',
    rail: { icon: IconPlugConnected, key: 'c', group: 'Work' },
    load: () => import('./pages/connections/connections.tsx'),
  },
  {
    path: '/connections/new',
    title: 'Connect TikTok',
    needs: 'POST /api/v1/connections',
    load: () => import('./pages/connections/connect.tsx'),
  },
  {
    path: '/sources',
    title: 'Sources',
    rail: { icon: IconGitMerge, key: 's', group: 'Work' },
    load: () => import('./pages/sources/sources.tsx'),
  },
  {
    path: '/sources/new',
    title: 'Add a source',
    needs: 'POST /api/v1/sources',
    load: () => import('./pages/sources/new-source.tsx'),
  },
  { path: '/sources/:source', title: 'Source', load: () => import('./pages/sources/source.tsx') },
  {
    path: '/capture',
    title: 'Test your capture',
    needs: 'POST /api/v1/capture/check',
    load: () => import('./pages/capture/capture.tsx'),
  },
  {
    path: '/rules',
    title: 'Rules',
    rail: { icon: IconRoute, key: 'r', group: 'Work' },
    load: () => import('./pages/rules/rules.tsx'),
  },
  {
    path: '/deliveries',
    title: 'Deliveries',
    rail: { icon: IconListSearch, key: 'd', group: 'Work' },
    load: () => import('./pages/deliveries/deliveries.tsx'),
  },
  { path: '/deals/:source/:record', title: 'Deal', load: () => import('./pages/deals/deal.tsx') },
  {
    path: '/reconciliation',
    title: 'Reconciliation',
    rail: { icon: IconScale, key: 'b', group: 'Reports' },
    load: () => import('./pages/reconciliation/reconciliation.tsx'),
  },
  {
    path: '/attribution',
    title: 'Attribution',
    rail: { icon: IconArrowsSplit2, key: 'a', group: 'Reports' },
    load: () => import('./pages/attribution/attribution.tsx'),
  },
  {
    path: '/advisor',
    title: 'Advisor',
    rail: { icon: IconBulb, key: 'v', group: 'Reports' },
    load: () => import('./pages/advisor/advisor.tsx'),
  },
  {
    path: '/insights',
    title: 'Insights',
    rail: { icon: IconChartBar, key: 'i', group: 'Reports' },
    load: () => import('./pages/insights/insights.tsx'),
  },
  {
    path: '/settings',
    title: 'Settings',
    rail: { icon: IconSettings, key: 'e', group: 'House' },
    load: () => import('./pages/settings/settings.tsx'),
  },
]
