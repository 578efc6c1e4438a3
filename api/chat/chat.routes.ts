import type Router from '@koa/router'
import type { Context } from 'koa'
import { z } from 'zod'
import { avatarKey, roomPlace } from '../avatar/avatar-keys.ts'
import { parseAddress, pictureFile, redirectToBucket } from '../avatar/avatar.routes.ts'
import type { PictureService } from '../avatar/picture.service.ts'
import { chatEndpoints as contract } from '../contract/chat.ts'
import { id } from '../contract/fields.ts'
import { authenticate, type FindActor } from '../platform/authenticate.ts'
import { Repeated, type Mount } from '../platform/endpoint.ts'
import type { MessageService } from './message.service.ts'
import type { RoomPictureService } from './room-picture.ts'
import type { RoomService } from './room.service.ts'

/** Mounts rooms, their pictures, direct chats, messages and reading. */
export function mountChat(
  mount: Mount,
  {
    rooms,
    roomPictures,
    messages,
  }: { rooms: RoomService; roomPictures: RoomPictureService; messages: MessageService },
): void {
  mount.signedIn(contract.createRoom, rooms.create)
  mount.signedIn(contract.listRooms, rooms.list)
  mount.signedIn(contract.getRoom, rooms.get)
  mount.signedIn(contract.addMembers, rooms.addMembers)
  mount.signedIn(contract.leaveRoom, rooms.leave)
  mount.signedIn(contract.openDm, async (actor, input) => {
    const { room, isNew } = await rooms.openDm(actor, input)
    return isNew ? { room } : new Repeated({ room })
  })
  mount.signedIn(contract.markRead, rooms.markRead)

  mount.signedIn(contract.presignRoomAvatar, roomPictures.presign)
  mount.signedIn(contract.completeRoomAvatar, roomPictures.complete)
  mount.signedIn(contract.removeRoomAvatar, roomPictures.remove)

  mount.signedIn(contract.listMessages, messages.list)
  mount.signedIn(contract.sendMessage, async (actor, input) => {
    const { message, isNew } = await messages.send(actor, input)
    return isNew ? { message } : new Repeated({ message })
  })
  mount.signedIn(contract.editMessage, messages.edit)
  mount.signedIn(contract.deleteMessage, messages.remove)
  mount.signedIn(contract.addReaction, messages.addReaction)
  mount.signedIn(contract.removeReaction, messages.removeReaction)
  mount.signedIn(contract.searchMessages, messages.search)
}

const roomPicture = z.object({ roomId: id, uploadId: id, file: pictureFile })

/** Mounts the reading of rooms' pictures, for their members. */
export function mountRoomPictures(
  router: Router,
  {
    roomPictures,
    pictures,
    findActor,
  }: { roomPictures: RoomPictureService; pictures: PictureService; findActor: FindActor },
): void {
  router.get('/api/avatars/rooms/:roomId/:uploadId/:file', async (ctx: Context) => {
    const actor = await authenticate(ctx.req, findActor)
    const { roomId, uploadId, file } = parseAddress(roomPicture, ctx)
    await roomPictures.requireMember(actor, roomId)
    redirectToBucket(ctx, await pictures.locate(avatarKey(roomPlace(roomId), uploadId), file))
  })
}
