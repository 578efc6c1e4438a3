import type { DragEvent } from 'react'
import type { PictureTarget } from '../../bridge.ts'
import { editPicture } from './edit-picture.ts'
import { pictureFileIn, type PictureFile } from './picture-file.ts'
import { useFileDrag } from './useFileDrag.ts'

/** Props for an element on which an image can be dropped; `data-dropping` is set while one is above it. */
export function usePictureDrop(onFile: (file: PictureFile) => void) {
  const { isOver, end, drag } = useFileDrag()
  return {
    'data-dropping': isOver || undefined,
    ...drag,
    onDrop(event: DragEvent) {
      end()
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
