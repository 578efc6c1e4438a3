import { AvatarEditor } from './AvatarEditor.tsx'
import { closeEditor, useEditing } from './edit-picture.ts'

/** Where the picture editor opens, whoever asked for it. */
export function AvatarEditorHost() {
  const editing = useEditing((state) => state.editing)
  return editing && <AvatarEditor editing={editing} onClose={closeEditor} />
}
