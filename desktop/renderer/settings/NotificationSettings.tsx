import { BellOff } from 'lucide-react'
import { timeOfDay, useToday } from '../platform/dates.ts'
import { t } from '../platform/texts.ts'
import { changePreferences, usePreferences } from '../session/preferences.ts'
import { Button } from '../ui/Button.tsx'
import { Choice } from '../ui/Choice.tsx'
import { Menu } from '../ui/Menu.tsx'
import { Switch } from '../ui/Switch.tsx'
import { REST_TIMES } from './rest-times.ts'
import { SettingsGroup } from './SettingsGroup.tsx'
import styles from './NotificationSettings.module.css'

/** What disturbs one, and when nothing does. */
export function NotificationSettings() {
  const { notifications, mutedRooms } = usePreferences()
  return (
    <>
      <SettingsGroup title={t('settings.notifications.about')}>
        <Choice
          label={t('settings.notifications.about')}
          value={notifications.about}
          options={[
            { value: 'all', label: t('settings.notifications.all') },
            { value: 'direct', label: t('settings.notifications.direct') },
            { value: 'none', label: t('settings.notifications.none') },
          ]}
          onValue={(about) => changePreferences({ notifications: { ...notifications, about } })}
        />
        <Switch
          label={t('settings.notifications.content')}
          hint={t('settings.notifications.contentHint')}
          checked={notifications.content}
          onChecked={(content) => changePreferences({ notifications: { ...notifications, content } })}
        />
      </SettingsGroup>
      <SettingsGroup title={t('settings.notifications.rest')}>
        <Rest />
      </SettingsGroup>
      <SettingsGroup
        title={t('settings.notifications.muted')}
        hint={
          mutedRooms.length === 0
            ? t('settings.notifications.noneMuted')
            : t('settings.notifications.someMuted', { count: mutedRooms.length })
        }
      >
        {mutedRooms.length > 0 && (
          <div>
            <Button onClick={() => changePreferences({ mutedRooms: [] })}>
              {t('settings.notifications.unmuteAll')}
            </Button>
          </div>
        )}
      </SettingsGroup>
    </>
  )
}

/** Until when nothing disturbs, or for how long it is to be so. */
function Rest() {
  const today = useToday()
  const until = usePreferences(({ doNotDisturbUntil }) => doNotDisturbUntil)
  if (until === null)
    return (
      <div className={styles.rest}>
        <p>{t('settings.notifications.asAbove')}</p>
        <Menu
          trigger={
            <Button>
              <BellOff size={16} aria-hidden="true" />
              {t('settings.notifications.restNow')}
            </Button>
          }
          entries={REST_TIMES.map(({ label, until: end }) => ({
            label,
            icon: null,
            onSelect: () => changePreferences({ doNotDisturbUntil: end().toISOString() }),
          }))}
        />
      </div>
    )
  const end = new Date(until)
  const isToday = end.toDateString() === today.toDateString()
  return (
    <div className={styles.rest}>
      <p>
        {t(isToday ? 'settings.notifications.restUntil' : 'settings.notifications.restUntilTomorrow', {
          time: timeOfDay(end),
        })}
      </p>
      <Button onClick={() => changePreferences({ doNotDisturbUntil: null })}>
        {t('settings.notifications.endRest')}
      </Button>
    </div>
  )
}
