import { chatEndpoints as contract } from '../contract/chat.ts'
import { Repeated, type Mount } from '../platform/endpoint.ts'
import type { MessageService } from './message.service.ts'
import type { RoomService } from './room.service.ts'

/** Mounts rooms, direct chats, messages and reading. */
export function mountChat(mount: Mount, rooms: RoomService, messages: MessageService): void {
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

  mount.signedIn(contract.listMessages, messages.list)
  mount.signedIn(contract.sendMessage, async (actor, input) => {
    const { message, isNew } = await messages.send(actor, input)
    return isNew ? { message } : new Repeated({ message })
  })
  mount.signedIn(contract.editMessage, messages.edit)
  mount.signedIn(contract.deleteMessage, messages.remove)
}
