import { useState, type DragEvent } from 'react'
import { carriesFile } from './picture-file.ts'

/** Whether files are being dragged above an element, and its props for that; `end` once they are dropped. */
export function useFileDrag() {
  const [over, setOver] = useState(0)
  const count = (step: number) => (event: DragEvent) => {
    if (carriesFile(event.dataTransfer)) setOver((before) => Math.max(0, before + step))
  }
  return {
    isOver: over > 0,
    end: () => setOver(0),
    drag: {
      // Entering a child is told before leaving its parent, so both are counted.
      onDragEnter: count(1),
      onDragLeave: count(-1),
      onDragOver(event: DragEvent) {
        if (!carriesFile(event.dataTransfer)) return
        event.preventDefault()
        event.dataTransfer.dropEffect = 'copy'
      },
    },
  }
}
