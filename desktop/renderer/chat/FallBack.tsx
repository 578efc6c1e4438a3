import { Component, type ReactNode } from 'react'
import { reportError } from '../platform/report-error.ts'

/** Draws something plainer in place of what cannot be drawn, so that it fails alone. */
export class FallBack extends Component<{ to: ReactNode; children: ReactNode }, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true }
  }

  override componentDidCatch(error: Error): void {
    reportError(error)
  }

  override render(): ReactNode {
    return this.state.failed ? this.props.to : this.props.children
  }
}
