import { Component, type ErrorInfo, type ReactNode } from 'react'
import { reportError } from '../platform/report-error.ts'
import { t } from '../platform/texts.ts'
import { Button } from '../ui/Button.tsx'
import styles from './ErrorBoundary.module.css'

/** Stands in for an app that could not be drawn: a plain sentence, and a way on. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true }
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    reportError(error)
    // oxlint-disable-next-line no-console -- its words, for whoever has the tools open
    console.error(error, info.componentStack)
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children
    return (
      <main className={styles.screen} role="alert">
        <h1>{t('app.failed.title')}</h1>
        <p>{t('app.failed.about')}</p>
        <Button look="primary" onClick={() => window.location.reload()}>
          {t('app.failed.reload')}
        </Button>
      </main>
    )
  }
}
