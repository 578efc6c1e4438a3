import type { UpdateState } from '../../bridge.ts'
import { assertNever } from '../platform/assert-never.ts'
import { fullTime } from '../platform/dates.ts'
import { changePreferences, usePreferences } from '../session/preferences.ts'
import { Button } from '../ui/Button.tsx'
import { Choice } from '../ui/Choice.tsx'
import { SettingsGroup } from './SettingsGroup.tsx'
import { checkForUpdates, installUpdate, useUpdates } from './updates.ts'
import styles from './UpdateSettings.module.css'

/** Whether this is the newest version, and which versions the program takes. */
export function UpdateSettings() {
  const state = useUpdates(({ state }) => state)
  const channel = usePreferences(({ updateChannel }) => updateChannel)
  if (state === null) return null
  return (
    <SettingsGroup title="Updates">
      <div className={styles.line}>
        <output className={styles.state}>{sentenceOf(state)}</output>
        {state.status === 'ready' ? (
          <Button look="primary" onClick={installUpdate}>
            Restart
          </Button>
        ) : (
          state.status !== 'off' && (
            <Button
              disabled={state.status === 'checking' || state.status === 'fetching'}
              onClick={checkForUpdates}
            >
              Check for updates
            </Button>
          )
        )}
      </div>
      {state.status !== 'off' && (
        <Choice
          label="Which versions"
          value={channel}
          options={[
            { value: 'stable', label: 'Stable' },
            { value: 'beta', label: 'Beta, before everyone else' },
          ]}
          onValue={(next) => {
            changePreferences({ updateChannel: next })
            checkForUpdates()
          }}
        />
      )}
    </SettingsGroup>
  )
}

function sentenceOf(state: UpdateState): string {
  switch (state.status) {
    case 'off':
      return WHY_OFF[state.why]
    case 'idle':
      return 'Updates are looked for by themselves.'
    case 'checking':
      return 'Looking for updates …'
    case 'current':
      return `This is the newest version. Last looked ${fullTime(new Date(state.checkedAt))}.`
    case 'fetching':
      return `Medallion ${state.version} is being downloaded: ${Math.round(state.fraction * 100)} %.`
    case 'ready':
      return `Medallion ${state.version} is ready. It is installed when you quit, or now with a restart.`
    case 'failed':
      return 'Updates could not be fetched. Check your connection; it is tried again by itself.'
    default:
      return assertNever(state)
  }
}

const WHY_OFF: Record<Extract<UpdateState, { status: 'off' }>['why'], string> = {
  development: 'This is a version for development; it does not update itself.',
  'no-feed': 'This version does not update itself. Newer ones come from whoever gave it to you.',
  packaged: 'Your system’s package manager keeps this version up to date.',
}
