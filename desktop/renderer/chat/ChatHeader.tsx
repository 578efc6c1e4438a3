import { ArrowLeft, Ellipsis, Image as ImageIcon, LogOut, UserPlus } from 'lucide-react'
import { useState } from 'react'
import type { Room } from '../../../api/contract/chat.ts'
import type { PictureTarget } from '../../bridge.ts'
import { Avatar } from '../avatar/Avatar.tsx'
import { ChangeStrip } from '../avatar/ChangeStrip.tsx'
import { editPicture } from '../avatar/edit-picture.ts'
import { editFile, usePictureDrop } from '../avatar/usePictureDrop.ts'
import { call } from '../platform/call.ts'
import { t } from '../platform/texts.ts'
import { showCallFailure } from '../session/show-call-failure.ts'
import { useSelfId, useUser } from '../session/useUser.ts'
import { ConfirmDialog } from '../ui/ConfirmDialog.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Menu } from '../ui/Menu.tsx'
import { AddPeople } from './AddPeople.tsx'
import styles from './ChatHeader.module.css'
import { MuteButton, useMuteEntry } from './MuteButton.tsx'
import { useOnline } from './presence.ts'
import { PersonButton } from './PersonButton.tsx'
import { PresenceAvatar } from './PresenceAvatar.tsx'
import { RoomAvatar } from './RoomAvatar.tsx'
import { partnerId, removeRoom, selectRoom } from './rooms.ts'
import { useRoomName } from './useRoomName.ts'

/** How many members' pictures a room's header shows. */
const SHOWN_MEMBERS = 4

/** Who or what one is talking to. */
export function ChatHeader({ room }: { room: Room }) {
  return (
    <>
      <section className={styles.header} aria-label={t('chat.header.label')}>
        <IconButton
          className={styles.back}
          label={t('chat.header.all')}
          icon={<ArrowLeft size={18} />}
          onClick={() => selectRoom(null)}
        />
        {room.kind === 'dm' ? <Partner room={room} /> : <Group room={room} />}
      </section>
      {room.kind === 'group' && <ChangeStrip target={{ kind: 'room', roomId: room.id }} />}
    </>
  )
}

function Partner({ room }: { room: Room }) {
  const partner = partnerId(room, useSelfId())
  const person = useUser(partner)
  const online = useOnline(partner)
  return (
    <>
      <PersonButton userId={partner}>
        <PresenceAvatar userId={partner} size={36} />
      </PersonButton>
      <div className={styles.words}>
        <h1 className={styles.name}>{useRoomName(room)}</h1>
        <p className={styles.about}>
          {t(online ? 'chat.online' : 'chat.offline')}
          {person && <> · @{person.username}</>}
        </p>
      </div>
      <MuteButton roomId={room.id} />
    </>
  )
}

function Group({ room }: { room: Room }) {
  const [adding, setAdding] = useState(false)
  const [leaving, setLeaving] = useState(false)
  const name = useRoomName(room)
  const count = room.memberIds.length
  const target: PictureTarget = { kind: 'room', roomId: room.id }
  const editRoomPicture = (): void => editPicture(target, { name, hasPicture: room.avatarUrl !== null })
  const drop = usePictureDrop(editFile(target, name))
  const muteEntry = useMuteEntry(room.id)

  async function leave(): Promise<void> {
    setLeaving(false)
    try {
      await call('leaveRoom', { id: room.id })
      removeRoom(room.id)
    } catch (error) {
      showCallFailure(t('chat.header.notLeft', { name }), error)
    }
  }

  return (
    <>
      <button
        type="button"
        className={styles.picture}
        aria-label={t('chat.header.picture', { name })}
        onClick={editRoomPicture}
        {...drop}
      >
        <RoomAvatar room={room} size={36} />
      </button>
      <div className={styles.words}>
        <h1 className={styles.name}>{name}</h1>
        <p className={styles.about}>{t('chat.header.members', { count })}</p>
      </div>
      <div className={styles.members}>
        {room.memberIds.slice(0, SHOWN_MEMBERS).map((id) => (
          <span key={id} className={styles.member}>
            <PersonButton userId={id}>
              <Avatar userId={id} size={26} />
            </PersonButton>
          </span>
        ))}
        {count > SHOWN_MEMBERS && <span className={styles.others}>+{count - SHOWN_MEMBERS}</span>}
      </div>
      <Menu
        trigger={<IconButton label={t('chat.header.menu')} icon={<Ellipsis size={19} />} />}
        entries={[
          {
            label: t('chat.header.addPeople'),
            icon: <UserPlus size={16} />,
            onSelect: () => setAdding(true),
          },
          { label: t('chat.header.roomPicture'), icon: <ImageIcon size={16} />, onSelect: editRoomPicture },
          muteEntry,
          {
            label: t('chat.header.leave'),
            icon: <LogOut size={16} />,
            danger: true,
            onSelect: () => setLeaving(true),
          },
        ]}
      />
      <AddPeople room={room} open={adding} onClose={() => setAdding(false)} />
      <ConfirmDialog
        open={leaving}
        title={t('chat.header.leaveTitle', { name })}
        description={t('chat.header.leaveAbout')}
        action={t('chat.header.leave')}
        onConfirm={() => void leave()}
        onCancel={() => setLeaving(false)}
      />
    </>
  )
}
