import { Button } from '@mantine/core'
import { Link } from 'react-router'
import { Empty } from '../parts/empty.tsx'

export function NotFound() {
  return (
    <Empty
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
