import { Camera, Pencil, Trash2 } from 'lucide-react'
import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react'
import { displayName } from '../../../api/contract/session.ts'
import { call } from '../platform/call.ts'
import { sentenceFor } from '../platform/sentences.ts'
import { t } from '../platform/texts.ts'
import { useSession } from '../session/session.ts'
import { addUsers, useUsers } from '../session/users.ts'
import { useSelfId, useUser } from '../session/useUser.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { TextField } from '../ui/TextField.tsx'
import { Avatar } from './Avatar.tsx'
import { ChangeLine } from './ChangeLine.tsx'
import { editPicture, useEditing } from './edit-picture.ts'
import { changeOf, ME, removePicture, usePictureChanges, withChange } from './picture-changes.ts'
import styles from './ProfileCard.module.css'
import { RoleBadge } from './RoleBadge.tsx'
import { editFile, usePictureDrop } from './usePictureDrop.ts'
import { usePicturePaste } from './usePicturePaste.ts'

interface ProfileCardProps {
  open: boolean
  onClose: () => void
  /** The buttons at its end: invites for admins, other accounts, signing out. */
  foot: ReactNode
}

/** One's own card: picture, names, and signing out. */
export function ProfileCard({ open, onClose, foot }: ProfileCardProps) {
  return (
    <Dialog
      open={open}
      // What closes the editor above leaves the card.
      onClose={() => useEditing.getState().editing === null && onClose()}
      title={t('avatar.card.title')}
      hideTitle
      place="corner"
      width={308}
    >
      <Card foot={foot} />
    </Dialog>
  )
}

function Card({ foot }: Pick<ProfileCardProps, 'foot'>) {
  const selfId = useSelfId()
  const server = useSession((state) => (state.status === 'signed-in' ? state.server : ''))
  const person = useUser(selfId)
  const change = usePictureChanges((state) => changeOf(state, ME))
  const known = useUsers((state) => state.pictures[selfId])
  const hasPicture = Boolean(withChange(known, change)?.fullUrl)
  const editing = useEditing((state) => state.editing !== null)
  const drop = usePictureDrop(editFile(ME, null))
  usePicturePaste(!editing, editFile(ME, null))

  return (
    <div className={styles.card} {...drop}>
      <div className={styles.ground} />
      <div className={styles.picture}>
        <Avatar userId={selfId} size={128} labelled progress />
        <IconButton
          className={styles.camera}
          look="filled"
          label={t('avatar.card.change')}
          icon={<Camera size={18} />}
          onClick={() => editPicture(ME)}
        />
        {hasPicture && (
          <IconButton
            className={styles.bin}
            look="danger"
            label={t('avatar.card.remove')}
            icon={<Trash2 size={17} />}
            onClick={() => void removePicture(ME)}
          />
        )}
      </div>
      {change && <ChangeLine change={change} />}
      <NameEditor />
      <p className={styles.username}>
        @{person?.username}
        {person?.role === 'admin' && <RoleBadge />}
      </p>
      <div className={styles.foot}>
        <p className={styles.server}>{server.replace(/^https?:\/\//, '')}</p>
        <div className={styles.buttons}>{foot}</div>
      </div>
    </div>
  )
}

/** One's display name, and the field to change it in. */
function NameEditor() {
  const name = useUser(useSelfId())?.displayName ?? ''
  const [editing, setEditing] = useState(false)
  if (editing) return <NameForm name={name} onEnd={() => setEditing(false)} />
  return (
    <div className={styles.name}>
      <h2>{name}</h2>
      <IconButton
        className={styles.pencil}
        label={t('avatar.card.editName')}
        icon={<Pencil size={15} />}
        onClick={() => setEditing(true)}
      />
    </div>
  )
}

function NameForm({ name, onEnd }: { name: string; onEnd: () => void }) {
  const [value, setValue] = useState(name)
  const [error, setError] = useState<string | undefined>()
  const [busy, setBusy] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.select(), [])

  async function save(event: FormEvent): Promise<void> {
    event.preventDefault()
    const parsed = displayName.safeParse(value)
    if (!parsed.success) {
      setError(value.trim() === '' ? t('avatar.card.nameEmpty') : t('avatar.card.nameLong'))
      return
    }
    if (parsed.data === name) {
      onEnd()
      return
    }
    setBusy(true)
    try {
      const { user } = await call('updateMe', { displayName: parsed.data })
      addUsers([user])
      onEnd()
    } catch (failed) {
      setError(sentenceFor(failed))
      setBusy(false)
    }
  }

  return (
    <form className={styles.nameForm} onSubmit={(event) => void save(event)}>
      <TextField
        ref={field}
        label={t('avatar.card.displayName')}
        value={value}
        onValue={(next) => {
          setValue(next)
          setError(undefined)
        }}
        error={error}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          // Leaves the field, not the card.
          event.stopPropagation()
          onEnd()
        }}
      />
      <div className={styles.nameActions}>
        <Button onClick={onEnd}>{t('ui.cancel')}</Button>
        <Button type="submit" look="primary" busy={busy}>
          {t('avatar.card.saveName')}
        </Button>
      </div>
    </form>
  )
}
