import { useEffect, useState } from 'react'
import type { Device } from '../../../api/contract/session.ts'
import { SignOut } from '../chat/SignOut.tsx'
import { call } from '../platform/call.ts'
import { shortWhen, useToday } from '../platform/dates.ts'
import { sentenceFor } from '../platform/sentences.ts'
import { useConnection } from '../session/connection.ts'
import { useSession } from '../session/session.ts'
import { useSelfId, useUser } from '../session/useUser.ts'
import { Button } from '../ui/Button.tsx'
import { InlineError } from '../ui/InlineError.tsx'
import { Spinner } from '../ui/Spinner.tsx'
import { showFailure } from '../ui/toasts.ts'
import { SettingsGroup } from './SettingsGroup.tsx'
import styles from './DeviceSettings.module.css'

const connectionWords = { online: 'Connected', connecting: 'Connecting…', offline: 'Not connected' }

/** The server, and the devices on which one is signed in. */
export function DeviceSettings() {
  const server = useSession((state) => (state.status === 'signed-in' ? state.server : ''))
  const status = useConnection((state) => state.connection.status)
  const person = useUser(useSelfId())
  return (
    <>
      <SettingsGroup title="Server">
        <div className={styles.row}>
          <div className={styles.words}>
            <p className={styles.name}>{server}</p>
            <p className={styles.about}>
              {connectionWords[status]}
              {person && `, signed in as @${person.username}`}
            </p>
          </div>
          <SignOut />
        </div>
      </SettingsGroup>
      <SettingsGroup title="Devices" hint="Wherever you are signed in. Signing one out closes it at once.">
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
      showFailure('The device is still signed in', sentenceFor(error))
    }
    // Also where it was signed out already.
    setAnswer(await fetchDevices())
  }

  return (
    <>
      {failure !== null && (
        <div className={styles.failure}>
          <InlineError>{failure}</InlineError>
          <Button onClick={() => void fetchDevices().then(setAnswer)}>Try again</Button>
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
  const name = device.deviceName ?? 'A device without a name'

  return (
    <li className={styles.row}>
      <div className={styles.words}>
        <p className={styles.name}>{name}</p>
        <p className={styles.about}>
          {device.current
            ? 'This device'
            : `Last seen ${shortWhen(new Date(device.lastSeenAt), today)}, signed in ${shortWhen(new Date(device.createdAt), today)}`}
        </p>
      </div>
      {!device.current && (
        <Button
          busy={busy}
          aria-label={`Sign out ${name}`}
          onClick={() => {
            setBusy(true)
            void onSignOut().finally(() => setBusy(false))
          }}
        >
          Sign out
        </Button>
      )}
    </li>
  )
}

const currentFirst = (a: Device, b: Device): number =>
  Number(b.current) - Number(a.current) || b.lastSeenAt.localeCompare(a.lastSeenAt)
