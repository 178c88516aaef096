import { Button } from '@mantine/core'
import { Link } from 'react-router'
import { usePerson } from '../app/session.ts'
import { Empty } from '../parts/empty.tsx'

/** Somebody came by a link to a page whose one purpose is not theirs. */
export function NotAllowed() {
  const { role } = usePerson()
  return (
    <Empty
      page
      title={`This page is not for your role, ${role}`}
      action={
        <Button component={Link} to="/">
          Go to the overview
        </Button>
      }
    >
      Ask an owner of this Closeback to do it, or for another role.
    </Empty>
  )
}

export function NotFound() {
  return (
    <Empty
      page
      title="There is nothing at this address"
      action={
        <Button component={Link} to="/">
          Go to the overview
        </Button>
      }
    >
      It may have been moved or removed since the link was made.
    </Empty>
  )
}
