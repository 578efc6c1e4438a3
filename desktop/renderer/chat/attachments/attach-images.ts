import { MAX_ATTACHMENT_BYTES, MAX_ATTACHMENTS } from '../../../../api/contract/attachment.ts'
import type { PickedFile, StagedImage } from '../../../bridge.ts'
import { openRenderer, RenderError, type Renderer } from '../../avatar/render/open-renderer.ts'
import { bridge } from '../../platform/bridge.ts'
import { unwrap } from '../../platform/call.ts'
import { sentenceFor } from '../../platform/sentences.ts'
import { locale, t } from '../../platform/texts.ts'
import { useUsers } from '../../session/users.ts'
import { showFailure } from '../../ui/toasts.ts'
import {
  addDraftImage,
  announceImage,
  comingIn,
  imagesIn,
  useDraftImages,
  withdrawImage,
} from './draft-images.ts'
import { imageName } from './image-name.ts'

/** The greatest file that is opened, in bytes; main has the same limit. */
const MAX_FILE_BYTES = 50 * 1024 * 1024

/** A file to be attached; `read` may fail with a sentence for the person. */
interface Candidate {
  name: string
  bytes: number
  read: () => Promise<Blob>
}

/** Why an image was not attached, as a sentence for the person. */
class NotAttached extends Error {}

/** Lets somebody choose images and attaches them to what is being written in a room. */
export async function attachFromDialog(roomId: string): Promise<void> {
  try {
    const picked = unwrap(await bridge().attachments.pick())
    await attach(
      roomId,
      picked.map((file) => ({ ...file, read: () => readPicked(file) })),
    )
  } catch (error) {
    showFailure(t('chat.images.noneAttached'), sentenceFor(error))
  }
}

/** Attaches what was dropped or pasted to what is being written in a room; tells what could not be, and why. */
export function attachFiles(roomId: string, files: readonly File[]): Promise<void> {
  return attach(
    roomId,
    files.map((file) => ({ name: file.name, bytes: file.size, read: async () => file })),
  )
}

async function readPicked({ url, bytes }: PickedFile): Promise<Blob> {
  if (bytes > MAX_FILE_BYTES) throw new NotAttached(tooLarge(bytes))
  const answer = await fetch(url)
  if (!answer.ok) throw new NotAttached(t('errors.desktop.file_unreadable'))
  return answer.blob()
}

async function attach(roomId: string, candidates: readonly Candidate[]): Promise<void> {
  const state = useDraftImages.getState()
  const room = Math.max(0, MAX_ATTACHMENTS - imagesIn(state, roomId).length - comingIn(state, roomId).length)
  const taken = candidates.slice(0, room)
  const failures = await Promise.all(prepareAll(roomId, taken))
  tellFailures(
    failures.filter((failure) => failure !== null),
    candidates.length - taken.length,
  )
}

/** Makes every image ready, one after the other: a decoded one may need hundreds of megabytes. */
function prepareAll(roomId: string, candidates: readonly Candidate[]): Array<Promise<Failed | null>> {
  if (candidates.length === 0) return []
  const renderer = openRenderer()
  let previous: Promise<unknown> = Promise.resolve()
  const all = candidates.map((candidate) => {
    const coming = { id: crypto.randomUUID(), name: imageName(candidate.name) }
    announceImage(roomId, coming)
    const work = previous.then(() => prepare(roomId, candidate, renderer))
    previous = work
    return work.finally(() => withdrawImage(roomId, coming.id))
  })
  void previous.finally(() => renderer.close())
  return all
}

/** An image that was not attached, and why. */
interface Failed {
  name: string
  sentence: string
}

async function prepare(roomId: string, candidate: Candidate, renderer: Renderer): Promise<Failed | null> {
  const { selfId } = useUsers.getState()
  try {
    const image = await stage(candidate, renderer)
    // Signed out meanwhile: main sweeps it away at the next start.
    if (useUsers.getState().selfId === selfId) addDraftImage(roomId, image)
    return null
  } catch (error) {
    const sentence =
      error instanceof NotAttached || error instanceof RenderError ? error.message : sentenceFor(error)
    return { name: imageName(candidate.name), sentence }
  }
}

async function stage(candidate: Candidate, renderer: Renderer): Promise<StagedImage> {
  if (candidate.bytes > MAX_FILE_BYTES) throw new NotAttached(tooLarge(candidate.bytes))
  const { file, type, width, height } = await renderer.prepare(await candidate.read())
  if (file.size > MAX_ATTACHMENT_BYTES) throw new NotAttached(tooLarge(file.size))
  return unwrap(
    await bridge().attachments.stage({
      name: imageName(candidate.name, type),
      type,
      width,
      height,
      bytes: new Uint8Array(await file.arrayBuffer()),
    }),
  )
}

function tellFailures(failures: readonly Failed[], tooMany: number): void {
  const [first] = failures
  if (first && failures.length === 1)
    showFailure(t('chat.images.notAttached', { name: first.name }), first.sentence)
  else if (first)
    showFailure(
      t('chat.images.filesNotAttached', { count: failures.length }),
      failures.map((failure) => t('chat.images.failure', { ...failure })).join(' '),
    )
  if (tooMany > 0)
    showFailure(
      t('chat.images.imagesNotAttached', { count: tooMany }),
      t('chat.images.tooMany', { max: MAX_ATTACHMENTS }),
    )
}

const tenths = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 })

const tooLarge = (bytes: number): string =>
  t('chat.images.tooLarge', {
    size: tenths.format(bytes / 1024 / 1024),
    max: MAX_ATTACHMENT_BYTES / 1024 / 1024,
  })
