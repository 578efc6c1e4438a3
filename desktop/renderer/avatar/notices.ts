import { create } from 'zustand'
import type { Notice } from '../../../api/contract/avatar.ts'
import { call } from '../platform/call.ts'

/** What admins have decided about one's pictures and one has not seen yet, the oldest first. */
export const useNotices = create<{ notices: readonly Notice[] }>(() => ({ notices: [] }))

/** Forgets every notice: for signing out. */
export const resetNotices = (): void => useNotices.setState({ notices: [] })

/** Takes over a notice; the same again changes nothing. */
export function addNotice(notice: Notice): void {
  useNotices.setState(({ notices }) =>
    notices.some(({ id }) => id === notice.id) ? {} : { notices: [...notices, notice] },
  )
}

/** Asks for what came while nobody was connected. */
export async function fetchNotices(): Promise<void> {
  try {
    const { notices } = await call('listNotices', {})
    notices.forEach(addNotice)
  } catch {
    // Asked again after the next connection.
  }
}

/** Takes a notice away for good. */
export async function dismissNotice({ id }: Notice): Promise<void> {
  useNotices.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }))
  try {
    await call('markNoticeSeen', { id })
  } catch {
    // It comes again at the next start.
  }
}
