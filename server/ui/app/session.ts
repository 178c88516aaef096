import { useQueryClient } from '@tanstack/react-query'
import { createContext, useContext, useEffect } from 'react'
import { type Answer, keepCsrf, type RouteName, whenSignedOut } from '../api/client.ts'
import { keyOf, useAnswer } from '../api/use-answer.ts'

type Session = Answer<'GET /api/v1/session'>
export type Person = NonNullable<Session['person']>

export const SessionContext = createContext<Session | null>(null)

/** Asks who is signed in, and again as soon as an answer says that nobody is. */
export function useSessionQuery() {
  const client = useQueryClient()
  const asked = useAnswer('GET /api/v1/session')
  if (asked.data) keepCsrf(asked.data.csrf)
  useEffect(
    () => whenSignedOut(() => void client.invalidateQueries({ queryKey: ['GET /api/v1/session'] })),
    [client],
  )
  return asked
}

/** Shows the console of whoever just signed in. */
export function useSignedIn() {
  const client = useQueryClient()
  return (session: Session) => {
    keepCsrf(session.csrf)
    // What the one before saw is not for this one; the session itself is watched and stays.
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'GET /api/v1/session' })
    client.setQueryData(keyOf('GET /api/v1/session'), session)
  }
}

/** Who is signed in. Only below the gate. */
export function usePerson(): Person {
  const session = useContext(SessionContext)
  if (!session?.person) throw new Error('nobody is signed in')
  return session.person
}

/** Whether the person may call this route: what is not allowed is not offered. */
export function useMay(): (route: RouteName) => boolean {
  const session = useContext(SessionContext)
  return (route) => session?.may.includes(route) ?? false
}
