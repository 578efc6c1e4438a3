import { t } from '../platform/texts.ts'
import { UNKNOWN_NAME, useUser } from '../session/useUser.ts'
import { useUsers } from '../session/users.ts'
import { ProgressRing } from '../ui/ProgressRing.tsx'
import styles from './Avatar.module.css'
import { initials, INITIALS_TEXT, initialsColour } from './initials.ts'
import { changeOf, ME, usePictureChanges, withChange } from './picture-changes.ts'
import { PictureFace } from './PictureFace.tsx'

/** From this width on a picture is the main thing where it stands, in CSS pixels. */
const LARGE = 96

interface AvatarProps {
  userId: string
  /** The width shown, in CSS pixels. */
  size: number
  /** Names the picture for those who do not see it; leave it out beside the person's name. */
  labelled?: boolean
  /** Runs a ring around one's own picture while it is being saved, and marks one that waits unless it is large: words stand beside it then. */
  progress?: boolean
}

/** Somebody's picture, or their initials. Reads the stores, so that no two places ever differ. */
export function Avatar({ userId, size, labelled = false, progress = false }: AvatarProps) {
  const name = useUser(userId)?.displayName
  const own = useUsers((state) => state.selfId === userId)
  const known = useUsers((state) => state.pictures[userId])
  const change = usePictureChanges((state) => (own ? changeOf(state, ME) : undefined))
  const picture = withChange(known, change)
  const label = labelled ? (name ?? UNKNOWN_NAME) : ''

  return (
    <span
      className={styles.avatar}
      style={{ width: size, height: size }}
      data-user-id={userId}
      {...(labelled ? {} : { 'aria-hidden': true })}
    >
      <PictureFace picture={picture} size={size} label={label}>
        <span
          className={styles.initials}
          style={{ backgroundColor: initialsColour(userId), color: INITIALS_TEXT, fontSize: size * 0.4 }}
          data-face="initials"
          data-initials={name === undefined ? '' : initials(name)}
          {...(labelled ? { role: 'img', 'aria-label': label } : {})}
        />
      </PictureFace>
      {progress && change?.progress.status === 'sending' && (
        <ProgressRing fraction={change.progress.fraction} around={size} label={t('avatar.saving')} />
      )}
      {progress && size < LARGE && change?.progress.status === 'waiting' && (
        <span className={styles.waiting}>
          <span className="visually-hidden">{t('avatar.waits')}</span>
        </span>
      )}
    </span>
  )
}
