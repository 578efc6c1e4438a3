import { useState } from 'react'
import type { SystemInfo } from '../../bridge.ts'
import { bridge } from '../platform/bridge.ts'
import { Mark } from '../session/Mark.tsx'
import { Button } from '../ui/Button.tsx'
import styles from './AboutSettings.module.css'
import { SettingsGroup } from './SettingsGroup.tsx'
import { UpdateSettings } from './UpdateSettings.tsx'

/** Which version this is, and what to send to whoever is asked for help. */
export function AboutSettings({ info }: { info: SystemInfo }) {
  const [copied, setCopied] = useState('')

  async function copyLogs(): Promise<void> {
    const answer = await bridge().system.copyLogs()
    setCopied(answer.ok ? `${answer.value} lines copied.` : 'They could not be copied.')
  }

  return (
    <>
      <div className={styles.about}>
        <Mark size={64} />
        <div>
          <h3>Medallion {info.version}</h3>
          <p>
            Electron {info.electron}, {info.platform}
          </p>
          <p>Free software under the MIT licence.</p>
        </div>
      </div>
      <UpdateSettings />
      <SettingsGroup
        title="Logs"
        hint="What the program did, for whoever helps you. They hold no messages, names or passwords, but your server’s address."
      >
        <div className={styles.actions}>
          <Button onClick={() => void bridge().system.showLogs()}>Show logs</Button>
          <Button onClick={() => void copyLogs()}>Copy logs</Button>
          <output className={styles.copied}>{copied}</output>
        </div>
      </SettingsGroup>
    </>
  )
}
