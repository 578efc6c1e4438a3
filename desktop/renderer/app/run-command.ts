import type { Command } from '../../bridge.ts'
import { showPerson } from '../chat/person-card.ts'
import { putRoom, selectRoom, useRooms } from '../chat/rooms.ts'
import { assertNever } from '../platform/assert-never.ts'
import { call } from '../platform/call.ts'
import { sentenceFor } from '../platform/sentences.ts'
import { openSettings } from '../session/settings-section.ts'
import { addUsers } from '../session/users.ts'
import { showFailure, showNote } from '../ui/toasts.ts'

/** Does what was chosen in a menu, a link or a notification, or says why not. */
export function runCommand(command: Command): void {
  switch (command.kind) {
    case 'settings':
      return openSettings(command.section)
    case 'room':
      return void openRoom(command.roomId)
    case 'person':
      return void openPerson(command.userId)
    case 'recovered':
      return showNote(
        'The window was loaded again',
        'It had stopped working. What you were writing is still here.',
      )
    default:
      return assertNever(command)
  }
}

async function openRoom(roomId: string): Promise<void> {
  try {
    if (!useRooms.getState().rooms[roomId]) putRoom((await call('getRoom', { id: roomId })).room)
    selectRoom(roomId)
  } catch (error) {
    showFailure('This conversation was not opened', sentenceFor(error))
  }
}

async function openPerson(userId: string): Promise<void> {
  try {
    addUsers([(await call('getUser', { id: userId })).user])
    showPerson(userId)
  } catch (error) {
    showFailure('This profile was not opened', sentenceFor(error))
  }
}
