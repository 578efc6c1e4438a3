import { create } from 'zustand'
import type { Draft, PictureTarget } from '../../bridge.ts'

/** An image to make a picture of: a file that main has open, or one that is in the page already. */
export type PictureSource = { kind: 'draft'; draft: Draft } | { kind: 'file'; file: Blob; name: string }

/** What is being edited: whose picture, and from which image, which may be yet to be chosen. */
export interface Editing {
  target: PictureTarget
  /** What the target is called, where it is not oneself. */
  name: string | null
  source: PictureSource | null
  /** Whether a room has a picture now; of oneself that is known anyway. */
  hasPicture: boolean
  /** What was wrong with what was dropped or pasted. */
  problem: string | null
}

/** The one picture editor: every way into it goes through here. */
export const useEditing = create<{ editing: Editing | null }>(() => ({ editing: null }))

/** Opens the editor, or gives the open one another image. */
export function editPicture(
  target: PictureTarget,
  { name = null, source = null, hasPicture, problem = null }: Partial<Omit<Editing, 'target'>> = {},
): void {
  useEditing.setState(({ editing }) => ({
    editing: { target, name, source, problem, hasPicture: hasPicture ?? editing?.hasPicture ?? false },
  }))
}

/** Closes the editor, whatever is in it. */
export const closeEditor = (): void => useEditing.setState({ editing: null })
