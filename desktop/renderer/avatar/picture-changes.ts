import { create } from 'zustand'
import type { PictureChange, PictureTarget, Renditions, SettledChange } from '../../bridge.ts'
import { bridge } from '../platform/bridge.ts'
import { CallError, unwrap } from '../platform/call.ts'
import { sentenceFor } from '../platform/sentences.ts'
import { t } from '../platform/texts.ts'
import type { ShownPicture } from '../session/users.ts'
import { dismissToast, showFailure } from '../ui/toasts.ts'

/** The picture changes that are on their way, as main tells them; at most one for each target. */
export const usePictureChanges = create<{ changes: readonly PictureChange[] }>(() => ({ changes: [] }))

/** The target of one's own picture. */
export const ME: PictureTarget = { kind: 'me' }

const isSame = (a: PictureTarget, b: PictureTarget): boolean =>
  a.kind === 'me' ? b.kind === 'me' : b.kind === 'room' && a.roomId === b.roomId

/** The change of a target that is under way, waits, or has failed. */
export const changeOf = (
  state: { changes: readonly PictureChange[] },
  target: PictureTarget,
): PictureChange | undefined => state.changes.find((change) => isSame(change.target, target))

/**
 * What is to be shown of somebody who has `picture`: what it is about to become, unless that was refused. The stand-in of the
 * picture from before is no stand-in for the new one.
 */
export function withChange<Shown extends ShownPicture>(
  picture: Shown | undefined,
  change: PictureChange | undefined,
): ShownPicture | undefined {
  if (!change || change.progress.status === 'failed') return picture
  return { fullUrl: null, thumbUrl: null, ...change.picture, thumbhash: null }
}

/** Hands a picture over; resolves once it is safe with main, which sets it whatever happens. Throws a CallError where main cannot take it. */
export async function savePicture(target: PictureTarget, renditions: Renditions): Promise<void> {
  unwrap(await bridge().avatar.save({ target, ...renditions }))
}

/** Takes a picture away: at once here, and everywhere as soon as the server can be told. */
export function removePicture(target: PictureTarget): Promise<void> {
  return telling(notDone(target, true), async () => unwrap(await bridge().avatar.remove({ target })))
}

/** Takes one of one's former pictures again. */
export function takeRecentPicture(recentId: string): Promise<void> {
  return telling(t('avatar.change.notSet'), async () =>
    unwrap(await bridge().avatar.takeRecent({ recentId })),
  )
}

/** Tries again at once. */
export function retryChange(change: PictureChange): Promise<void> {
  return telling(titleOf(change), async () => unwrap(await bridge().avatar.retry({ changeId: change.id })))
}

/** Gives a change up: the picture from before is back. */
export function cancelChange({ id }: PictureChange): Promise<void> {
  return telling(t('avatar.change.goesOn'), async () =>
    unwrap(await bridge().avatar.cancel({ changeId: id })),
  )
}

async function telling(title: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    showFailure(title, sentenceFor(error))
  }
}

/** The notices of changes that were refused, by the change's id. */
const notices = new Map<string, string>()

/**
 * Follows the changes, those of the run before included, and tells of each that was refused; `onSettled` hears what came of the
 * others, before they are gone. Returns the function that stops it.
 */
export function followPictureChanges(onSettled: (change: SettledChange) => void): () => void {
  const { avatar } = bridge()
  let heard = false
  const take = (changes: readonly PictureChange[]): void => {
    heard = true
    usePictureChanges.setState({ changes })
    tellRefusals(changes)
  }
  const stops = [avatar.onSettled(onSettled), avatar.onChanges(take)]
  void avatar.changes().then((changes) => heard || take(changes))
  window.addEventListener('online', retryWaiting)
  return () => {
    for (const stop of stops) stop()
    window.removeEventListener('online', retryWaiting)
    heard = true
    notices.clear()
    usePictureChanges.setState({ changes: [] })
  }
}

/** The network is back: nothing need wait for its next try. */
function retryWaiting(): void {
  for (const change of usePictureChanges.getState().changes)
    if (change.progress.status === 'waiting') void retryChange(change)
}

function tellRefusals(changes: readonly PictureChange[]): void {
  const refused = new Map(changes.filter(isRefused).map((change) => [change.id, change]))
  for (const [id, notice] of notices)
    if (!refused.has(id)) {
      notices.delete(id)
      dismissToast(notice)
    }
  for (const [id, change] of refused)
    if (!notices.has(id))
      notices.set(
        id,
        showFailure(titleOf(change), sentenceFor(new CallError(change.progress.failure)), {
          label: t('ui.retry'),
          run: () => void retryChange(change),
        }),
      )
}

/** Takes the notices of refused changes out of the way; the lines at the pictures go on telling. */
export function hideRefusals(): void {
  for (const notice of notices.values()) dismissToast(notice)
}

type Refused = PictureChange & { progress: { status: 'failed' } }
const isRefused = (change: PictureChange): change is Refused => change.progress.status === 'failed'

const titleOf = ({ target, picture }: PictureChange): string => notDone(target, picture === null)

const notDone = ({ kind }: PictureTarget, removing: boolean): string =>
  kind === 'me'
    ? t(removing ? 'avatar.change.mineNotRemoved' : 'avatar.change.mineNotSaved')
    : t(removing ? 'avatar.change.roomNotRemoved' : 'avatar.change.roomNotSaved')
