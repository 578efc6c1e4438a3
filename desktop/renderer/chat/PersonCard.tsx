import { MessageCircle, ShieldCheck, ShieldMinus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { Avatar } from '../avatar/Avatar.tsx'
import { RoleBadge } from '../avatar/RoleBadge.tsx'
import { call } from '../platform/call.ts'
import { t } from '../platform/texts.ts'
import { showCallFailure } from '../session/show-call-failure.ts'
import { addUsers, useUsers } from '../session/users.ts'
import { UNKNOWN_NAME, useSelfId, useUser } from '../session/useUser.ts'
import { Button } from '../ui/Button.tsx'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { closePerson, usePersonCard } from './person-card.ts'
import styles from './PersonCard.module.css'
import { RemovePictureOf } from './RemovePictureOf.tsx'
import { putRoom, selectRoom } from './rooms.ts'

/** The card of whoever's picture was pressed. */
export function PersonCard() {
  const userId = usePersonCard((state) => state.userId)
  if (userId === null) return null
  return (
    <Dialog open onClose={closePerson} title={t('chat.people.profile')} hideTitle width={320}>
      <Card userId={userId} />
    </Dialog>
  )
}

function Card({ userId }: { userId: string }) {
  const selfId = useSelfId()
  const person = useUser(userId)
  const name = person?.displayName ?? UNKNOWN_NAME
  const isAdmin = useUser(selfId)?.role === 'admin'

  async function write(): Promise<void> {
    try {
      const { room } = await call('openDm', { userId })
      putRoom(room)
      selectRoom(room.id)
      closePerson()
    } catch (error) {
      showCallFailure(t('chat.notOpened', { name }), error)
    }
  }

  return (
    <div className={styles.card}>
      <Avatar userId={userId} size={160} labelled />
      <h2 className={styles.name}>{name}</h2>
      <p className={styles.username}>
        @{person?.username}
        {person?.role === 'admin' && <RoleBadge />}
      </p>
      {userId !== selfId && (
        <div className={styles.actions}>
          <Button look="primary" onClick={() => void write()} data-initial-focus>
            <MessageCircle size={16} aria-hidden="true" />
            {t('chat.people.message')}
          </Button>
          {isAdmin && <AdminActions userId={userId} name={name} role={person?.role ?? 'member'} />}
        </div>
      )}
    </div>
  )
}

function AdminActions({ userId, name, role }: { userId: string; name: string; role: 'admin' | 'member' }) {
  const [removing, setRemoving] = useState(false)
  const [changingRole, setChangingRole] = useState(false)
  const hasPicture = useUsers((state) => Boolean(state.pictures[userId]?.fullUrl))
  const promote = role === 'member'

  async function changeRole(): Promise<void> {
    setChangingRole(false)
    try {
      const { user } = await call('setRole', { id: userId, role: promote ? 'admin' : 'member' })
      addUsers([user])
    } catch (error) {
      showCallFailure(t('chat.people.roleNotChanged', { name }), error)
    }
  }

  return (
    <>
      <Button onClick={() => setChangingRole(true)}>
        {promote ? (
          <ShieldCheck size={16} aria-hidden="true" />
        ) : (
          <ShieldMinus size={16} aria-hidden="true" />
        )}
        {t(promote ? 'chat.people.makeAdmin' : 'chat.people.takeAdmin')}
      </Button>
      {hasPicture && (
        <Button className={styles.remove} onClick={() => setRemoving(true)}>
          <Trash2 size={16} aria-hidden="true" />
          {t('chat.people.removePicture')}
        </Button>
      )}
      <ConfirmDialog
        open={changingRole}
        title={t(promote ? 'chat.people.makeAdminTitle' : 'chat.people.takeAdminTitle', { name })}
        description={t(promote ? 'chat.people.makeAdminAbout' : 'chat.people.takeAdminAbout')}
        action={t(promote ? 'chat.people.makeAdmin' : 'chat.people.takeAdminAction')}
        onConfirm={() => void changeRole()}
        onCancel={() => setChangingRole(false)}
      />
      {removing && <RemovePictureOf userId={userId} name={name} onClose={() => setRemoving(false)} />}
    </>
  )
}
