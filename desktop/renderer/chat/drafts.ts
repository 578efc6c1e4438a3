/** What has been written and not been sent, by the id of its room, or of the message that is being changed. */
let drafts: Record<string, string> = {}
const listeners = new Set<() => void>()

/** Everything unfinished, by the id of its room or message. */
export const allDrafts = (): Record<string, string> => drafts

/** What was left unfinished there; empty where nothing was. */
export const draftOf = (id: string): string => drafts[id] ?? ''

/** Keeps what is written there; empty for nothing. */
export function keepDraft(id: string, body: string): void {
  const { [id]: _, ...others } = drafts
  setDrafts(body === '' ? others : { ...others, [id]: body })
}

/** Takes over everything that was left unfinished; with nothing, forgets it: for signing out. */
export function setDrafts(next: Record<string, string>): void {
  drafts = next
  for (const listener of listeners) listener()
}

/** Hears of every change; returns the function that stops it. */
export function onDrafts(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
