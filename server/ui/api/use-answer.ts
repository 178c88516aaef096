import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type Answer, type ApiProblem, call, type RouteName, type Said } from './client.ts'

export interface AskOptions<Of = unknown> {
  /** Milliseconds between two looks, while the page is seen; by what was answered last, where that decides. */
  every?: number | ((last: Of | undefined) => number | false)
  enabled?: boolean
  /** Shows the answer to the question before while the new one is asked. */
  keep?: boolean
  /** For what takes long: never asked again by itself. */
  once?: boolean
}

/** What a route answers now. Asked again when somebody comes back to the page, or after something changed. */
export function useAnswer<Route extends RouteName>(
  route: Route,
  said: Said<Route> = {},
  { every, enabled = true, keep = false, once = false }: AskOptions<Answer<Route>> = {},
) {
  return useQuery<Answer<Route>, ApiProblem>({
    queryKey: keyOf(route, said),
    queryFn: () => call(route, said),
    enabled,
    ...(every !== undefined && {
      refetchInterval: typeof every === 'function' ? ({ state }) => every(state.data) : every,
    }),
    ...(keep && { placeholderData: (before) => before }),
    ...(once && {
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
    }),
  })
}

/** Something a person does; whatever the listed routes answered is asked again afterwards. */
export function useAct<Route extends RouteName>(route: Route, changes: readonly RouteName[] = []) {
  const client = useQueryClient()
  return useMutation<Answer<Route>, ApiProblem, Said<Route>>({
    mutationFn: (said) => call(route, said),
    onSettled: () => askAgain(client, changes),
  })
}

/** Rules carry the revision of all settings, and every change of them is based on one: whatever was done, they are asked again. */
const SETTINGS: readonly RouteName[] = ['GET /api/v1/rules', 'GET /api/v1/workspace']

async function askAgain(client: QueryClient, routes: readonly RouteName[]): Promise<void> {
  const all = new Set([...routes, ...SETTINGS])
  await Promise.all([...all].map((route) => client.invalidateQueries({ queryKey: [route] })))
}

export function keyOf<Route extends RouteName>(route: Route, said: Said<Route> = {}) {
  return [route, said] as const
}
