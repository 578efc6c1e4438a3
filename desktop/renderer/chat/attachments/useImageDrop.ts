import { useState, type DragEvent } from 'react'
import { carriesFile } from '../../avatar/picture-file.ts'
import { attachFiles } from './attach-images.ts'

/** Props for an element on which images can be dropped to be attached in a room, and whether some are above it. */
export function useImageDrop(roomId: string) {
  const [over, setOver] = useState(0)
  const count = (step: number) => (event: DragEvent) => {
    if (carriesFile(event.dataTransfer)) setOver((before) => Math.max(0, before + step))
  }
  return {
    isDropping: over > 0,
    drop: {
      // Entering a child is told before leaving its parent, so both are counted.
      onDragEnter: count(1),
      onDragLeave: count(-1),
      onDragOver(event: DragEvent) {
        if (!carriesFile(event.dataTransfer)) return
        event.preventDefault()
        event.dataTransfer.dropEffect = 'copy'
      },
      onDrop(event: DragEvent) {
        setOver(0)
        const files = [...event.dataTransfer.files]
        if (files.length === 0) return
        event.preventDefault()
        void attachFiles(roomId, files)
      },
    },
  }
}
