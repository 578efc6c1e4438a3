import { create } from 'zustand'
import { t } from '../platform/texts.ts'
import { showCallFailure } from '../session/show-call-failure.ts'
import { fetchLatest, openAround } from './load-messages.ts'
import { selectRoom } from './rooms.ts'
import { useTimelines } from './timelines.ts'

/** Where the history is to go: a message, or what was said last, until it is there; each jump is a new one, also to the same place. */
export interface Jump {
  roomId: string
  seq: number | 'end'
}

/** The last jump; null while there was none. */
export const useJump = create<{ jump: Jump | null }>(() => ({ jump: null }))

/** Opens a room at one of its messages, wherever that is. */
export async function jumpTo(roomId: string, seq: number): Promise<void> {
  selectRoom(roomId)
  try {
    await openAround(roomId, seq)
    useJump.setState({ jump: { roomId, seq } })
  } catch (error) {
    showCallFailure(t('chat.message.notJumped'), error)
  }
}

/** Goes to the last message of a room that is open. */
export async function jumpToEnd(roomId: string): Promise<void> {
  try {
    if (useTimelines.getState().timelines[roomId]?.hasNewer) await fetchLatest(roomId)
    useJump.setState({ jump: { roomId, seq: 'end' } })
  } catch (error) {
    showCallFailure(t('chat.message.latestNotCome'), error)
  }
}

/** Forgets a jump that has been made, and has stood out long enough. */
export const arrive = (jump: Jump): void =>
  useJump.setState((state) => (state.jump === jump ? { jump: null } : state))
