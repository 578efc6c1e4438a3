import { RENDITIONS } from '../../../api/contract/avatar.ts'
import { UNKNOWN_NAME, useUser } from '../session/useUser.ts'
import { shownPicture, useUsers } from '../session/users.ts'
import { ProgressRing } from '../ui/ProgressRing.tsx'
import styles from './Avatar.module.css'
import { initials, INITIALS_TEXT, initialsColour } from './initials.ts'
import { useLoadedSource } from './useLoadedSource.ts'

interface AvatarProps {
  userId: string
  /** The width shown, in CSS pixels. */
  size: number
  /** Names the picture for those who do not see it; leave it out beside the person's name. */
  labelled?: boolean
  /** Runs a ring around one's own picture while it is being saved. */
  progress?: boolean
}

/** Somebody's picture, or their initials. Reads the users store, so that no two places ever differ. */
export function Avatar({ userId, size, labelled = false, progress = false }: AvatarProps) {
  const name = useUser(userId)?.displayName
  const wanted = useUsers((state) => {
    const picture = shownPicture(state, userId)
    const small = size * window.devicePixelRatio <= RENDITIONS.thumb.side
    return (small ? picture?.thumbUrl : picture?.fullUrl) ?? null
  })
  const fraction = useUsers((state) =>
    progress && userId === state.selfId ? state.change?.fraction : undefined,
  )
  const source = useLoadedSource(wanted)
  const label = labelled ? (name ?? UNKNOWN_NAME) : ''

  return (
    <span
      className={styles.avatar}
      style={{ width: size, height: size }}
      data-user-id={userId}
      data-avatar={source === null ? 'initials' : 'picture'}
      {...(labelled ? {} : { 'aria-hidden': true })}
    >
      {source === null ? (
        <span
          className={styles.initials}
          style={{ backgroundColor: initialsColour(userId), color: INITIALS_TEXT, fontSize: size * 0.4 }}
          {...(labelled ? { role: 'img', 'aria-label': label } : {})}
        >
          {name === undefined ? '' : initials(name)}
        </span>
      ) : (
        <img
          className={styles.picture}
          src={source}
          alt={label}
          width={size}
          height={size}
          draggable={false}
        />
      )}
      {fraction !== undefined && <ProgressRing fraction={fraction} around={size} label="Saving picture" />}
    </span>
  )
}
