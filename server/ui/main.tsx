import '@mantine/core/styles.layer.css'
import '@mantine/notifications/styles.layer.css'
import './app.css'
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createRoot } from 'react-dom/client'
import { BrowserRouter } from 'react-router'
import { ApiProblem } from './api/client.ts'
import { Console } from './app/console.tsx'
import { theme } from './app/theme.ts'

const schemes = localStorageColorSchemeManager({ key: 'closeback-scheme' })
// Before anything is drawn, so that nobody who chose dark is dazzled.
const chosen = schemes.get('auto')
const isDark = chosen === 'dark' || (chosen === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches)
document.documentElement.dataset.mantineColorScheme = isDark ? 'dark' : 'light'

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (times, error) =>
        times < 2 && !(error instanceof ApiProblem && error.status >= 400 && error.status < 500),
    },
  },
})
const nonce = document.querySelector<HTMLMetaElement>('meta[name=style-nonce]')?.content ?? ''
// Dialogs lock the page behind them by a style of their own, which takes its nonce from here.
Object.assign(globalThis, { __webpack_nonce__: nonce })
const { pathname } = new URL(document.baseURI)

createRoot(document.getElementById('root') as HTMLElement).render(
  <MantineProvider
    theme={theme}
    colorSchemeManager={schemes}
    defaultColorScheme="auto"
    getStyleNonce={() => nonce}
  >
    <QueryClientProvider client={client}>
      <Notifications position="bottom-right" />
      <BrowserRouter basename={pathname === '/' ? '/' : pathname.replace(/\/$/, '')}>
        <Console />
      </BrowserRouter>
    </QueryClientProvider>
  </MantineProvider>,
)
