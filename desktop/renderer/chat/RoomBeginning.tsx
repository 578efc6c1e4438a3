import type { Room } from '../../../api/contract/chat.ts'
import { Avatar } from '../avatar/Avatar.tsx'
import { t } from '../platform/texts.ts'
import { useSelfId } from '../session/useUser.ts'
import { RoomAvatar } from './RoomAvatar.tsx'
import { partnerId } from './rooms.ts'
import styles from './RoomBeginning.module.css'
import { useRoomName } from './useRoomName.ts'

/** What stands above the first message of a conversation. */
export function RoomBeginning({ room }: { room: Room }) {
  const partner = partnerId(room, useSelfId())
  const name = useRoomName(room)
  return (
    <div className={styles.beginning}>
      {room.kind === 'dm' ? <Avatar userId={partner} size={64} /> : <RoomAvatar room={room} size={64} />}
      <h2 className={styles.name}>{name}</h2>
      <p className={styles.words}>
        {t(room.kind === 'dm' ? 'chat.message.beginningDirect' : 'chat.message.beginning', { name })}
      </p>
    </div>
  )
}
