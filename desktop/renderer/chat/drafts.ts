/** What has been written in each room and not been sent, for as long as the app runs. */
const drafts = new Map<string, string>()

/** What was left unfinished in a room; empty where nothing was. */
export const draftOf = (roomId: string): string => drafts.get(roomId) ?? ''

/** Keeps what is written in a room. */
export function keepDraft(roomId: string, body: string): void {
  if (body === '') drafts.delete(roomId)
  else drafts.set(roomId, body)
}

/** Forgets everything unfinished: for signing out. */
export const resetDrafts = (): void => drafts.clear()
