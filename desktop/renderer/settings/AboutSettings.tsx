import { useState } from 'react'
import type { SystemInfo } from '../../bridge.ts'
import { bridge } from '../platform/bridge.ts'
import { t } from '../platform/texts.ts'
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
    setCopied(answer.ok ? t('settings.about.copied', { count: answer.value }) : t('settings.about.notCopied'))
  }

  return (
    <>
      <div className={styles.about}>
        <Mark size={64} />
        <div>
          <h3>{t('settings.about.program', { version: info.version })}</h3>
          <p>{t('settings.about.made', { version: info.electron, platform: info.platform })}</p>
          <p>{t('settings.about.licence')}</p>
        </div>
      </div>
      <UpdateSettings />
      <SettingsGroup title={t('settings.about.logs')} hint={t('settings.about.logsHint')}>
        <div className={styles.actions}>
          <Button onClick={() => void bridge().system.showLogs()}>{t('settings.about.showLogs')}</Button>
          <Button onClick={() => void copyLogs()}>{t('settings.about.copyLogs')}</Button>
          <output className={styles.copied}>{copied}</output>
        </div>
      </SettingsGroup>
    </>
  )
}
