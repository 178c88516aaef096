import { Alert, Button } from '@mantine/core'
import { Component, type ReactNode } from 'react'

/** A page that breaks leaves the rail standing. */
export class ErrorFence extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false }

  static getDerivedStateFromError() {
    return { broken: true }
  }

  override render() {
    if (!this.state.broken) return this.props.children
    return (
      <Alert color="red" title="This page broke" role="alert">
        <p>
          Nothing was changed. Load it again; if that does not help, the console may be newer than this tab.
        </p>
        <Button size="xs" onClick={() => location.reload()}>
          Load again
        </Button>
      </Alert>
    )
  }
}
