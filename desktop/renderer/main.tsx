import './platform/strict-zod.ts'
import { CSPProvider } from '@base-ui/react/csp-provider'
import { Tooltip } from '@base-ui/react/tooltip'
import '@fontsource-variable/inter/wght.css'
import './ui/tokens.css'
import './ui/base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/App.tsx'
import { ErrorBoundary } from './app/ErrorBoundary.tsx'
import { reportUncaught } from './platform/report-error.ts'
import { Toasts } from './ui/Toasts.tsx'

reportUncaught()
const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root.')

createRoot(root).render(
  <StrictMode>
    <ErrorBoundary>
      <CSPProvider disableStyleElements>
        <Tooltip.Provider delay={500}>
          <Toasts>
            <App />
          </Toasts>
        </Tooltip.Provider>
      </CSPProvider>
    </ErrorBoundary>
  </StrictMode>,
)
