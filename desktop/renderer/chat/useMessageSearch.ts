import { useEffect, useState } from 'react'
import type { Message } from '../../../api/contract/chat.ts'
import { call } from '../platform/call.ts'
import { sentenceFor } from '../platform/sentences.ts'

/** After how long without a keystroke the search begins, in milliseconds. */
const PAUSE_MS = 200

/** What is looked for, and where. */
export interface MessageQuery {
  q: string
  roomId: string | null
  senderId: string | null
}

/** What a search has found so far; `messages` are those of the search before until there are new ones. */
export interface MessageSearch {
  messages: readonly Message[]
  status: 'idle' | 'searching' | 'done' | 'failed'
  failure: string | null
  /** Fetches the next page; null where there is none. */
  more: (() => void) | null
}

interface Found {
  key: string
  messages: readonly Message[]
  hasMore: boolean
  failure: string | null
}

/** Finds messages in one's rooms, the latest first, a page at a time. */
export function useMessageSearch({ q, roomId, senderId }: MessageQuery): MessageSearch {
  const wanted = q.trim()
  const key = JSON.stringify([wanted, roomId, senderId])
  const [found, setFound] = useState<Found | null>(null)
  const [page, setPage] = useState<{ key: string; before: string | null }>({ key, before: null })
  // Another search begins at its first page.
  if (page.key !== key) setPage({ key, before: null })
  const { before } = page

  useEffect(() => {
    if (wanted === '') return
    let over = false
    const fetchPage = async () => {
      try {
        const { messages, hasMore } = await call('searchMessages', {
          q: wanted,
          ...(roomId !== null && { roomId }),
          ...(senderId !== null && { senderId }),
          ...(before !== null && { before }),
        })
        if (over) return
        setFound((known) => ({
          key,
          messages: before !== null && known?.key === key ? [...known.messages, ...messages] : messages,
          hasMore,
          failure: null,
        }))
      } catch (error) {
        if (!over) setFound({ key, messages: [], hasMore: false, failure: sentenceFor(error) })
      }
    }
    const timer = setTimeout(() => void fetchPage(), before === null ? PAUSE_MS : 0)
    return () => {
      over = true
      clearTimeout(timer)
    }
  }, [key, wanted, roomId, senderId, before])

  const isCurrent = found?.key === key
  const last = found?.messages.at(-1)
  return {
    messages: wanted === '' ? [] : (found?.messages ?? []),
    status: wanted === '' ? 'idle' : !isCurrent ? 'searching' : found.failure === null ? 'done' : 'failed',
    failure: isCurrent && wanted !== '' ? found.failure : null,
    more: isCurrent && found.hasMore && last ? () => setPage({ key, before: last.id }) : null,
  }
}
