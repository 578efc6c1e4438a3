import { Hash } from 'lucide-react'
import type { Room } from '../../../api/contract/chat.ts'
import { changeOf, usePictureChanges, withChange } from '../avatar/picture-changes.ts'
import { PictureFace } from '../avatar/PictureFace.tsx'
import { toPicture } from '../session/users.ts'
import styles from './RoomAvatar.module.css'

/** A room's picture, or a number sign; `size` is its width in CSS pixels. */
export function RoomAvatar({ room, size }: { room: Room; size: number }) {
  const change = usePictureChanges((state) => changeOf(state, { kind: 'room', roomId: room.id }))
  return (
    <span
      className={styles.room}
      style={{ width: size, height: size }}
      data-room-id={room.id}
      aria-hidden="true"
    >
      <PictureFace picture={withChange(toPicture(room), change)} size={size} label="">
        <span className={styles.glyph} data-face="glyph">
          <Hash size={Math.round(size * 0.48)} />
        </span>
      </PictureFace>
    </span>
  )
}
