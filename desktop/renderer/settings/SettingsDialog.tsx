import { Tabs } from '@base-ui/react/tabs'
import { Bell, Info, Laptop, MonitorSmartphone, Palette } from 'lucide-react'
import type { ReactNode } from 'react'
import type { SettingsSection } from '../../bridge.ts'
import { t } from '../platform/texts.ts'
import { closeSettings, openSettings, useSettingsSection } from '../session/settings-section.ts'
import { useUsers } from '../session/users.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { AboutSettings } from './AboutSettings.tsx'
import { AppearanceSettings } from './AppearanceSettings.tsx'
import { DeviceSettings } from './DeviceSettings.tsx'
import { NotificationSettings } from './NotificationSettings.tsx'
import styles from './SettingsDialog.module.css'
import { SystemSettings } from './SystemSettings.tsx'
import { useSystemInfo } from './useSystemInfo.ts'

const sections: ReadonlyArray<{ value: SettingsSection; label: string; icon: ReactNode }> = [
  { value: 'appearance', label: t('settings.sections.appearance'), icon: <Palette size={17} /> },
  { value: 'notifications', label: t('settings.sections.notifications'), icon: <Bell size={17} /> },
  { value: 'system', label: t('settings.sections.system'), icon: <Laptop size={17} /> },
  { value: 'devices', label: t('settings.sections.devices'), icon: <MonitorSmartphone size={17} /> },
  { value: 'about', label: t('settings.sections.about'), icon: <Info size={17} /> },
]

/** The settings; each takes effect as it is made. `keep` takes care of what is being written before the window is loaded again. */
export function SettingsDialog({ keep }: { keep: () => Promise<void> }) {
  const section = useSettingsSection((state) => state.section)
  return (
    <Dialog open={section !== null} onClose={closeSettings} title={t('settings.title')} width={720}>
      <Sections section={section ?? 'appearance'} keep={keep} />
    </Dialog>
  )
}

function Sections({ section, keep }: { section: SettingsSection; keep: () => Promise<void> }) {
  const info = useSystemInfo()
  const isSignedIn = useUsers((state) => state.selfId !== null)
  const shown = sections.filter(({ value }) => isSignedIn || value !== 'devices')
  return (
    <Tabs.Root
      className={styles.settings}
      value={section}
      onValueChange={(next: SettingsSection) => openSettings(next)}
      orientation="vertical"
    >
      <Tabs.List className={styles.list} activateOnFocus>
        {shown.map(({ value, label, icon }) => (
          <Tabs.Tab
            key={value}
            value={value}
            className={styles.tab ?? ''}
            data-initial-focus={value === section || undefined}
          >
            {icon}
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Panel value="appearance">
        <AppearanceSettings keep={keep} />
      </Panel>
      <Panel value="notifications">
        <NotificationSettings />
      </Panel>
      <Panel value="system">{info && <SystemSettings info={info} />}</Panel>
      {isSignedIn && (
        <Panel value="devices">
          <DeviceSettings />
        </Panel>
      )}
      <Panel value="about">{info && <AboutSettings info={info} />}</Panel>
    </Tabs.Root>
  )
}

function Panel({ value, children }: { value: SettingsSection; children: ReactNode }) {
  return (
    <Tabs.Panel value={value} className={styles.panel}>
      {children}
    </Tabs.Panel>
  )
}
