import { Center, Loader } from '@mantine/core'
import { lazy, Suspense } from 'react'
import { Route, Routes } from 'react-router'
import { Failure } from '../parts/failure.tsx'
import { SessionContext, useSessionQuery } from './session.ts'
import { Shell } from './shell.tsx'

const FirstOwner = lazy(() => import('../pages/first-owner.tsx'))
const Join = lazy(() => import('../pages/join.tsx'))
const SignIn = lazy(() => import('../pages/sign-in.tsx'))

/** The gate: a link of an invitation, the first owner, signing in; else the console, at the very address that was asked for. */
export function Console() {
  const session = useSessionQuery()
  if (session.isPending) return <Waiting />
  if (session.data === undefined) {
    return (
      <Center mih="100vh" p="md">
        <Failure problem={session.error} again={() => void session.refetch()} />
      </Center>
    )
  }
  const { person, firstStart } = session.data
  const gate = firstStart ? <FirstOwner /> : <SignIn />
  return (
    <Suspense fallback={<Waiting />}>
      <Routes>
        <Route path="/join" element={<Join />} />
        <Route
          path="*"
          element={
            person === null ? (
              gate
            ) : (
              <SessionContext value={session.data}>
                <Shell />
              </SessionContext>
            )
          }
        />
      </Routes>
    </Suspense>
  )
}

function Waiting() {
  return (
    <Center mih="100vh">
      <Loader aria-label="Loading" />
    </Center>
  )
}
