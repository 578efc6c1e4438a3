import { z } from 'zod'
import { RENDITIONS, type Rendition } from '../../../api/contract/avatar.ts'
import { id } from '../../../api/contract/fields.ts'
import { DONE } from '../api-client.ts'
import type { Handle, Tell } from '../ipc.ts'
import { pictureTarget } from './change-record.ts'
import type { Drafts } from './drafts.ts'
import { openDraft, type AskForFile } from './open.ts'
import type { PictureChanges } from './picture-changes.ts'

/** What the bridge's part for pictures reaches. */
export interface AvatarCapabilities {
  drafts: Drafts
  changes: PictureChanges
  askForFile: AskForFile
  /** Whether the system lets the program use the camera; may ask the person. */
  allowCamera: () => Promise<boolean>
}

const rendition = (which: Rendition) =>
  z.instanceof(Uint8Array).refine((bytes) => bytes.length > 0 && bytes.length <= RENDITIONS[which].maxBytes, {
    message: `must have 1 to ${RENDITIONS[which].maxBytes} bytes`,
  })
const target = z.object({ target: pictureTarget })
const change = z.object({ changeId: z.uuid() })

/** Answers the page's calls about pictures, and tells it how changes fare. */
export function setupAvatarIpc(
  handle: Handle,
  tell: Tell,
  { drafts, changes, askForFile, allowCamera }: AvatarCapabilities,
): void {
  handle('avatar:pick', z.undefined(), () => openDraft(askForFile, drafts))
  handle('avatar:discard', z.object({ draftId: z.uuid() }), async ({ draftId }) => {
    drafts.discard(draftId)
    return DONE
  })
  handle('avatar:allow-camera', z.undefined(), async () => ({ ok: true, value: await allowCamera() }))

  handle(
    'avatar:save',
    target.extend({ full: rendition('full'), thumb: rendition('thumb') }),
    ({ target, full, thumb }) => changes.save(target, { full, thumb }),
  )
  handle('avatar:take-recent', z.object({ recentId: id }), ({ recentId }) => changes.takeRecent(recentId))
  handle('avatar:remove', target, ({ target }) => changes.remove(target))
  handle('avatar:retry', change, async ({ changeId }) => {
    await changes.retry(changeId)
    return DONE
  })
  handle('avatar:cancel', change, async ({ changeId }) => {
    await changes.cancel(changeId)
    return DONE
  })
  handle('avatar:changes', z.undefined(), async () => ({ ok: true, value: changes.list() }))
  changes.on('changes', (list) => tell('avatar:changes-changed', list))
  changes.on('settled', (settled) => tell('avatar:settled', settled))
}
