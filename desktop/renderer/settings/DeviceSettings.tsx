import { useEffect, useState } from 'react'
import type { Device } from '../../../api/contract/session.ts'
import { SignOut } from '../chat/SignOut.tsx'
import { call } from '../platform/call.ts'
import { shortWhen, useToday } from '../platform/dates.ts'
import { sentenceFor } from '../platform/sentences.ts'
import { t } from '../platform/texts.ts'
import { useConnection } from '../session/connection.ts'
import { useSession } from '../session/session.ts'
import { showCallFailure } from '../session/show-call-failure.ts'
import { useSelfId, useUser } from '../session/useUser.ts'
import { Button } from '../ui/Button.tsx'
import { InlineError } from '../ui/InlineError.tsx'
import { Spinner } from '../ui/Spinner.tsx'
import { SettingsGroup } from './SettingsGroup.tsx'
import styles from './DeviceSettings.module.css'

const connectionWords = {
  online: t('settings.devices.online'),
  connecting: t('settings.devices.connecting'),
  offline: t('settings.devices.offline'),
}

/** The server, and the devices on which one is signed in. */
export function DeviceSettings() {
  const server = useSession((state) => (state.status === 'signed-in' ? state.server : ''))
  const status = useConnection((state) => state.connection.status)
  const person = useUser(useSelfId())
  return (
    <>
      <SettingsGroup title={t('settings.devices.server')}>
        <div className={styles.row}>
          <div className={styles.words}>
            <p className={styles.name}>{server}</p>
            <p className={styles.about}>
              {person
                ? t('settings.devices.signedInAs', {
                    connection: connectionWords[status],
                    username: person.username,
                  })
                : connectionWords[status]}
            </p>
          </div>
          <SignOut />
        </div>
      </SettingsGroup>
      <SettingsGroup title={t('settings.devices.title')} hint={t('settings.devices.hint')}>
        <Devices />
      </SettingsGroup>
    </>
  )
}

/** The devices, or why they are not known. */
type Answer = { devices: readonly Device[]; failure: null } | { devices: null; failure: string }

async function fetchDevices(): Promise<Answer> {
  try {
    const { sessions } = await call('listDevices', {})
    return { devices: sessions.toSorted(currentFirst), failure: null }
  } catch (error) {
    return { devices: null, failure: sentenceFor(error) }
  }
}

function Devices() {
  const [{ devices, failure }, setAnswer] = useState<Answer | { devices: null; failure: null }>({
    devices: null,
    failure: null,
  })
  useEffect(() => {
    void fetchDevices().then(setAnswer)
  }, [])

  async function revoke(id: string): Promise<void> {
    try {
      await call('revokeDevice', { id })
    } catch (error) {
      showCallFailure(t('settings.devices.notSignedOut'), error)
    }
    // Also where it was signed out already.
    setAnswer(await fetchDevices())
  }

  return (
    <>
      {failure !== null && (
        <div className={styles.failure}>
          <InlineError>{failure}</InlineError>
          <Button onClick={() => void fetchDevices().then(setAnswer)}>{t('ui.tryAgain')}</Button>
        </div>
      )}
      {devices === null && failure === null && <Spinner />}
      <ul className={styles.devices}>
        {devices?.map((device) => (
          <DeviceRow key={device.id} device={device} onSignOut={() => revoke(device.id)} />
        ))}
      </ul>
    </>
  )
}

function DeviceRow({ device, onSignOut }: { device: Device; onSignOut: () => Promise<void> }) {
  const today = useToday()
  const [busy, setBusy] = useState(false)
  const name = device.deviceName ?? t('settings.devices.unnamed')

  return (
    <li className={styles.row}>
      <div className={styles.words}>
        <p className={styles.name}>{name}</p>
        <p className={styles.about}>
          {device.current
            ? t('settings.devices.thisOne')
            : t('settings.devices.lastSeen', {
                seen: shortWhen(new Date(device.lastSeenAt), today),
                since: shortWhen(new Date(device.createdAt), today),
              })}
        </p>
      </div>
      {!device.current && (
        <Button
          busy={busy}
          aria-label={t('settings.devices.signOutOf', { name })}
          onClick={() => {
            setBusy(true)
            void onSignOut().finally(() => setBusy(false))
          }}
        >
          {t('settings.devices.signOut')}
        </Button>
      )}
    </li>
  )
}

const currentFirst = (a: Device, b: Device): number =>
  Number(b.current) - Number(a.current) || b.lastSeenAt.localeCompare(a.lastSeenAt)
