import type { chatEndpoints, Room } from '../contract/chat.ts'
import type { ParsedInputOf } from '../contract/endpoint.ts'
import { roomPlace } from '../avatar/avatar-keys.ts'
import { pictureColumns } from '../avatar/picture-columns.ts'
import type { PictureOwner } from '../avatar/picture-owner.ts'
import type { PictureService } from '../avatar/picture.service.ts'
import type { Actor } from '../platform/authenticate.ts'
import type { Db } from '../platform/db.ts'
import { roomRepository } from './room.repository.ts'
import { found, notAGroup, updated } from './room.service.ts'

type Input<Name extends keyof typeof chatEndpoints> = ParsedInputOf<(typeof chatEndpoints)[Name]>

export type RoomPictureService = ReturnType<typeof createRoomPictureService>

/** Pictures of group rooms, which any member may set and remove. Everything throws `chat.room_not_found`, `chat.not_a_group`. */
export function createRoomPictureService({ db, pictures }: { db: Db; pictures: PictureService }) {
  return {
    /** Throws as setting one's own picture does. */
    async presign(actor: Actor, { id, ...files }: Input<'presignRoomAvatar'>) {
      await requireGroup(db, actor, id)
      return pictures.presign(actor, id, files)
    },

    /** Throws as setting one's own picture does. */
    async complete(actor: Actor, { id, uploadId, madeAgo }: Input<'completeRoomAvatar'>) {
      await requireGroup(db, actor, id)
      const { view: room, ...standing } = await pictures.complete(
        actor,
        id,
        roomsPicture(actor, id),
        uploadId,
        madeAgo,
      )
      return { room, ...standing }
    },

    async remove(actor: Actor, { id, madeAgo }: Input<'removeRoomAvatar'>) {
      const { view: room, ...standing } = await pictures.remove(roomsPicture(actor, id), { madeAgo })
      return { room, ...standing }
    },

    /** Throws unless somebody is in the room whose picture they ask for. */
    async requireMember(actor: Actor, roomId: string): Promise<void> {
      found(await roomRepository(db).findRoom(roomId, actor.userId))
    },
  }
}

async function requireGroup(db: Db, actor: Actor, roomId: string): Promise<void> {
  const room = found(await roomRepository(db).findRoom(roomId, actor.userId))
  if (room.kind !== 'group') throw notAGroup()
}

/** A room's picture, as a member sets it; every member is told of the room as they see it. */
const roomsPicture = (actor: Actor, roomId: string): PictureOwner<Room> => ({
  place: roomPlace(roomId),
  async lock(trx) {
    const locked = await pictureColumns(trx, 'rooms').lock(roomId)
    // Looked up afterwards: who left while this waited is no member any more.
    await requireGroup(trx, actor, roomId)
    return locked ?? { key: null, madeAgo: null }
  },
  replace: (trx, picture, madeAgo) => pictureColumns(trx, 'rooms').replace(roomId, picture, madeAgo),
  view: async (db) => found(await roomRepository(db).findRoom(roomId, actor.userId)),
  news: async (trx) => (await roomRepository(trx).listViews(roomId)).map(updated),
})
