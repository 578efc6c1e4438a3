import type { DragEvent } from 'react'
import { useFileDrag } from '../../avatar/useFileDrag.ts'
import { attachFiles } from './attach-images.ts'

/** Props for an element on which images can be dropped to be attached in a room, and whether some are above it. */
export function useImageDrop(roomId: string) {
  const { isOver, end, drag } = useFileDrag()
  return {
    isDropping: isOver,
    drop: {
      ...drag,
      onDrop(event: DragEvent) {
        end()
        const files = [...event.dataTransfer.files]
        if (files.length === 0) return
        event.preventDefault()
        void attachFiles(roomId, files)
      },
    },
  }
}
