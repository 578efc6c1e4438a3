import { useCallback, useEffect, useState } from 'react'
import type { Room } from '../../../api/contract/chat.ts'
import { sentenceFor } from '../platform/sentences.ts'
import { openTimeline } from './load-messages.ts'
import { useTimelines } from './timelines.ts'

interface OpenTimeline {
  loaded: boolean
  /** The sentence why the messages are not there; null while they are under way. */
  failure: string | null
  retry: () => void
}

/** Sees to it that an open room's messages are there, up to the last that is known of. */
export function useOpenTimeline(room: Room): OpenTimeline {
  const roomId = room.id
  const loaded = useTimelines((state) => state.timelines[roomId] !== undefined)
  const isBehind = useTimelines(({ timelines: { [roomId]: timeline } }) =>
    timeline ? !timeline.hasNewer && (timeline.messages.at(-1)?.seq ?? 0) < room.lastSeq : true,
  )
  const [failure, setFailure] = useState<string | null>(null)

  const load = useCallback(() => {
    openTimeline(roomId).then(
      () => setFailure(null),
      (error: unknown) => setFailure(sentenceFor(error)),
    )
  }, [roomId])

  useEffect(() => {
    if (isBehind) load()
  }, [isBehind, load])

  const retry = () => {
    setFailure(null)
    load()
  }
  return { loaded, failure, retry }
}
