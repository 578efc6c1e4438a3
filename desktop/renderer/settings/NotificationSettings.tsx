import { BellOff } from 'lucide-react'
import { timeOfDay, useToday } from '../platform/dates.ts'
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
      <SettingsGroup title="Notify me about">
        <Choice
          label="Notify me about"
          value={notifications.about}
          options={[
            { value: 'all', label: 'Every message' },
            { value: 'direct', label: 'Direct and mentions' },
            { value: 'none', label: 'Nothing' },
          ]}
          onValue={(about) => changePreferences({ notifications: { ...notifications, about } })}
        />
        <Switch
          label="Show what was written"
          hint="Without it, notifications only say who wrote. Consider turning it off where others see your screen."
          checked={notifications.content}
          onChecked={(content) => changePreferences({ notifications: { ...notifications, content } })}
        />
      </SettingsGroup>
      <SettingsGroup title="Do not disturb">
        <Rest />
      </SettingsGroup>
      <SettingsGroup
        title="Muted conversations"
        hint={
          mutedRooms.length === 0
            ? 'None. A conversation is muted at the top of its window; it then notifies nothing and is not counted.'
            : `${mutedRooms.length === 1 ? 'One conversation notifies' : `${mutedRooms.length} conversations notify`} nothing and ${mutedRooms.length === 1 ? 'is' : 'are'} not counted.`
        }
      >
        {mutedRooms.length > 0 && (
          <div>
            <Button onClick={() => changePreferences({ mutedRooms: [] })}>Unmute all</Button>
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
        <p>Notifications come as they are set above.</p>
        <Menu
          trigger={
            <Button>
              <BellOff size={16} aria-hidden="true" />
              Do not disturb…
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
      <p>Nothing disturbs you until {isToday ? timeOfDay(end) : `tomorrow, ${timeOfDay(end)}`}.</p>
      <Button onClick={() => changePreferences({ doNotDisturbUntil: null })}>End it now</Button>
    </div>
  )
}
