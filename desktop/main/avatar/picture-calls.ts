import { createHash } from 'node:crypto'
import { avatarEndpoints, MAX_MADE_AGO } from '../../../api/contract/avatar.ts'
import { chatEndpoints, type Room } from '../../../api/contract/chat.ts'
import type { OutputOf } from '../../../api/contract/endpoint.ts'
import type { User } from '../../../api/contract/session.ts'
import type { PictureTarget, Renditions, Result } from '../../bridge.ts'
import { failed } from '../api-client.ts'
import type { Session } from '../session.ts'
import type { ChangeRecord } from './change-record.ts'

/** Calls the API as the person who is signed in. */
export type Call = Session['call']

/** The person or room after a change; `superseded` where a picture that was decided on later stands instead. */
export type Changed = ({ user: User } | { room: Room }) & { superseded?: true | undefined }

/** Announces two renditions for a person's or a room's picture. */
export function presign(
  call: Call,
  target: PictureTarget,
  { full, thumb }: Renditions,
): Promise<Result<OutputOf<typeof avatarEndpoints.presignAvatar>>> {
  const announcement = { full: announce(full), thumb: announce(thumb) }
  return target.kind === 'me'
    ? call(avatarEndpoints.presignAvatar, announcement)
    : call(chatEndpoints.presignRoomAvatar, { id: target.roomId, ...announcement })
}

/**
 * Sends a change's last request, which makes it so unless somebody has decided otherwise since. Sent again it comes to the same.
 */
export function commit(
  call: Call,
  { target, action, upload, decidedAt }: ChangeRecord,
): Promise<Result<Changed>> {
  const roomId = target.kind === 'room' ? target.roomId : null
  // How long ago, since no two clocks agree on when.
  const madeAgo = Math.min(Math.max(0, Date.now() - decidedAt), MAX_MADE_AGO)
  switch (action.kind) {
    case 'take':
      return call(avatarEndpoints.takeRecentAvatar, { id: action.recentId, madeAgo })
    case 'remove':
      return roomId === null
        ? call(avatarEndpoints.removeAvatar, { madeAgo })
        : call(chatEndpoints.removeRoomAvatar, { id: roomId, madeAgo })
    case 'set': {
      if (upload === null) return Promise.resolve(failed('desktop.internal', 'Nothing was uploaded.'))
      const { uploadId } = upload
      return roomId === null
        ? call(avatarEndpoints.completeAvatar, { uploadId, madeAgo })
        : call(chatEndpoints.completeRoomAvatar, { id: roomId, uploadId, madeAgo })
    }
  }
}

const announce = (file: Uint8Array) => ({
  bytes: file.length,
  sha256: createHash('sha256').update(file).digest('base64'),
})
