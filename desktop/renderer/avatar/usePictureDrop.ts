import { useState, type DragEvent } from 'react'
import type { PictureTarget } from '../../bridge.ts'
import { editPicture } from './edit-picture.ts'
import { carriesFile, pictureFileIn, type PictureFile } from './picture-file.ts'

/** Props for an element on which an image can be dropped; `data-dropping` is set while one is above it. */
export function usePictureDrop(onFile: (file: PictureFile) => void) {
  const [over, setOver] = useState(0)
  const count = (step: number) => (event: DragEvent) => {
    if (carriesFile(event.dataTransfer)) setOver((before) => Math.max(0, before + step))
  }
  return {
    'data-dropping': over > 0 || undefined,
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
      const file = pictureFileIn(event.dataTransfer)
      if (!file) return
      event.preventDefault()
      // The editor lies in the page above what it was opened from.
      event.stopPropagation()
      onFile(file)
    },
  }
}

/** Opens the editor with what was dropped or pasted. */
export const editFile = (target: PictureTarget, name: string | null) => (file: PictureFile) =>
  editPicture(target, { name, ...file })
