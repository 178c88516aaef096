import type { Express } from 'express'

interface Layer {
  route?: { path: string; methods: Record<string, boolean> }
  handle?: { stack?: Layer[] }
}

/** Every route an app really answers, as `GET /a/{b}`: what its router holds, not what somebody says it holds. */
export function routesOf(app: Express): string[] {
  const found: string[] = []
  const walk = (stack: Layer[]) => {
    for (const { route, handle } of stack) {
      if (handle?.stack && !route) throw new Error('a router inside the app: this walk knows no prefixes')
      if (!route) continue
      for (const [method, is] of Object.entries(route.methods)) {
        if (is) found.push(`${method.toUpperCase()} ${route.path.replaceAll(/:(\w+)/g, '{$1}')}`)
      }
    }
  }
  walk((app.router as unknown as { stack: Layer[] }).stack)
  return found.sort()
}
