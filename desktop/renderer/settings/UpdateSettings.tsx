import type { UpdateState } from '../../bridge.ts'
import { assertNever } from '../platform/assert-never.ts'
import { fullTime } from '../platform/dates.ts'
import { t } from '../platform/texts.ts'
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
    <SettingsGroup title={t('settings.updates.title')}>
      <div className={styles.line}>
        <output className={styles.state}>{sentenceOf(state)}</output>
        {state.status === 'ready' ? (
          <Button look="primary" onClick={installUpdate}>
            {t('settings.updates.restart')}
          </Button>
        ) : (
          state.status !== 'off' && (
            <Button
              disabled={state.status === 'checking' || state.status === 'fetching'}
              onClick={checkForUpdates}
            >
              {t('settings.updates.check')}
            </Button>
          )
        )}
      </div>
      {state.status !== 'off' && (
        <Choice
          label={t('settings.updates.which')}
          value={channel}
          options={[
            { value: 'stable', label: t('settings.updates.stable') },
            { value: 'beta', label: t('settings.updates.beta') },
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
      return t(`settings.updates.off.${state.why}`)
    case 'idle':
    case 'checking':
    case 'failed':
      return t(`settings.updates.${state.status}`)
    case 'current':
      return t('settings.updates.current', { when: fullTime(new Date(state.checkedAt)) })
    case 'fetching':
      return t('settings.updates.fetching', { version: state.version, part: state.fraction })
    case 'ready':
      return t('settings.updates.ready', { version: state.version })
    default:
      return assertNever(state)
  }
}
