import { create } from 'zustand'
import type { UpdateState } from '../../bridge.ts'
import { bridge } from '../platform/bridge.ts'
import { t } from '../platform/texts.ts'
import { dismissToast, showOffer } from '../ui/toasts.ts'

/** How updating the program stands, as main tells it; null before it has told anything. */
export const useUpdates = create<{ state: UpdateState | null }>(() => ({ state: null }))

/** Follows main, and says once when an update is ready; returns the function that stops it. */
export function followUpdates(): () => void {
  let told = false
  let notice: string | null = null
  function show(state: UpdateState): void {
    told = true
    const before = useUpdates.getState().state
    useUpdates.setState({ state })
    if (state.status === 'ready' && before?.status !== 'ready')
      notice = showOffer(
        t('settings.updates.offer', { version: state.version }),
        t('settings.updates.offerAbout'),
        { label: t('settings.updates.restart'), run: installUpdate },
      )
    if (state.status !== 'ready' && notice !== null) {
      dismissToast(notice)
      notice = null
    }
  }
  const stop = bridge().updates.onChange(show)
  void bridge()
    .updates.state()
    .then((state) => told || show(state))
  return stop
}

/** Looks for an update now; what comes of it, the store tells. */
export const checkForUpdates = (): void => void bridge().updates.check()

/** Restarts the program as the version that is ready. */
export const installUpdate = (): void => void bridge().updates.install()
