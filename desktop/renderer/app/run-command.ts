import type { Command } from '../../bridge.ts'
import { jumpTo } from '../chat/jump.ts'
import { showPerson } from '../chat/person-card.ts'
import { putRoom, selectRoom, useRooms } from '../chat/rooms.ts'
import { assertNever } from '../platform/assert-never.ts'
import { call } from '../platform/call.ts'
import { t } from '../platform/texts.ts'
import { openSettings } from '../session/settings-section.ts'
import { showCallFailure } from '../session/show-call-failure.ts'
import { checkForUpdates } from '../settings/updates.ts'
import { addUsers, useUsers } from '../session/users.ts'
import { showNote } from '../ui/toasts.ts'

/** What somebody has to be signed in for, and nobody was. */
let waiting: Command | null = null

/** Does what was chosen in a menu, a link or a notification, or says why not; what needs an account waits for one. */
export function runCommand(command: Command): void {
  switch (command.kind) {
    case 'settings':
      return openSettings(command.section)
    case 'check-for-updates':
      openSettings('about')
      return checkForUpdates()
    case 'room':
    case 'person':
      if (useUsers.getState().selfId === null) waiting = command
      else void (command.kind === 'room' ? openRoom(command) : openPerson(command.userId))
      return
    case 'recovered':
      return showNote(t('app.recovered'), t('app.recoveredHint'))
    default:
      return assertNever(command)
  }
}

/** Somebody is signed in, and what was known is shown: does what has waited for that, the last of it. */
export function runWaiting(): void {
  const command = waiting
  waiting = null
  if (command !== null) runCommand(command)
}

async function openRoom({ roomId, seq }: Extract<Command, { kind: 'room' }>): Promise<void> {
  try {
    if (!useRooms.getState().rooms[roomId]) putRoom((await call('getRoom', { id: roomId })).room)
    if (seq === undefined) selectRoom(roomId)
    else await jumpTo(roomId, seq)
  } catch (error) {
    showCallFailure(t('app.roomNotOpened'), error)
  }
}

async function openPerson(userId: string): Promise<void> {
  try {
    addUsers([(await call('getUser', { id: userId })).user])
    showPerson(userId)
  } catch (error) {
    showCallFailure(t('app.profileNotOpened'), error)
  }
}
