import { BellOff, Settings } from 'lucide-react'
import { useState } from 'react'
import { Avatar } from '../avatar/Avatar.tsx'
import { ChangeStrip } from '../avatar/ChangeStrip.tsx'
import { ME } from '../avatar/picture-changes.ts'
import { ProfileCard } from '../avatar/ProfileCard.tsx'
import { editFile, usePictureDrop } from '../avatar/usePictureDrop.ts'
import type { ConnectionState } from '../../bridge.ts'
import { t } from '../platform/texts.ts'
import { AccountMenu } from '../session/AccountMenu.tsx'
import { useConnection } from '../session/connection.ts'
import { usePreferences } from '../session/preferences.ts'
import { openSettings } from '../session/settings-section.ts'
import { useSelfId, useUser } from '../session/useUser.ts'
import { IconButton } from '../ui/IconButton.tsx'
import styles from './OwnProfile.module.css'
import { Invites } from '../session/Invites.tsx'
import { SignOut } from './SignOut.tsx'

const connectionLine: Record<ConnectionState['status'], string> = {
  online: t('chat.online'),
  connecting: t('chat.connecting'),
  offline: t('chat.offline'),
}

/** One's own picture, name and connection, at the top of the sidebar; a press opens the profile card. */
export function OwnProfile() {
  const selfId = useSelfId()
  const name = useUser(selfId)?.displayName
  const isAdmin = useUser(selfId)?.role === 'admin'
  const status = useConnection((state) => state.connection.status)
  const quiet = usePreferences(({ doNotDisturbUntil }) => doNotDisturbUntil !== null)
  const [open, setOpen] = useState(false)
  const drop = usePictureDrop(editFile(ME, null))
  return (
    <>
      <div className={styles.bar}>
        <button
          type="button"
          className={styles.own}
          aria-haspopup="dialog"
          data-popup-open={open || undefined}
          onClick={() => setOpen(true)}
          {...drop}
        >
          <Avatar userId={selfId} size={36} progress />
          <span className={styles.words}>
            <span className="visually-hidden">{t('chat.sidebar.yourProfile')} </span>
            <span className={styles.name}>{name}</span>
            <span className={styles.status} data-status={status}>
              <span className={styles.dot} />
              {connectionLine[status]}
              {quiet && <BellOff size={12} aria-label={t('chat.sidebar.rest')} />}
            </span>
          </span>
        </button>
        <IconButton
          label={t('chat.sidebar.settings')}
          icon={<Settings size={18} />}
          onClick={() => openSettings()}
        />
      </div>
      <ChangeStrip target={ME} />
      <ProfileCard
        open={open}
        onClose={() => setOpen(false)}
        foot={
          <>
            {isAdmin && <Invites />}
            <AccountMenu />
            <SignOut />
          </>
        }
      />
    </>
  )
}
