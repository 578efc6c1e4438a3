import type { User } from '../../../api/contract/session.ts'
import type { Renditions } from '../../bridge.ts'
import { bridge } from '../platform/bridge.ts'
import { call, CallError, unwrap } from '../platform/call.ts'
import { sentenceFor } from '../platform/sentences.ts'
import { advanceChange, beginChange, settleChange, useUsers, type ShownPicture } from '../session/users.ts'
import { dismissToast, showFailure } from '../ui/toasts.ts'

/** The notice of the last change that failed: a new attempt takes it away. */
let failure: string | null = null

/**
 * Sets one's own picture: shown at once everywhere, uploaded behind it, and taken back with a sentence and Retry where
 * that fails. Resolves once the picture is shown; throws a CallError where it could not even be staged.
 */
export async function saveAvatar(draftId: string, renditions: Renditions): Promise<void> {
  const staged = unwrap(await bridge().avatar.stage({ draftId, ...renditions }))
  change('Your picture was not saved', staged, async (id) => {
    const stop = bridge().avatar.onProgress((progress) => {
      if (progress.draftId === draftId) advanceChange(id, progress.fraction)
    })
    try {
      const user = unwrap(await bridge().avatar.upload({ draftId }))
      void bridge().avatar.discard({ draftId })
      return user
    } finally {
      stop()
    }
  })
}

/** Takes one's own picture away: initials at once everywhere, and the picture back with a sentence and Retry where it fails. */
export function removeAvatar(): void {
  change('Your picture was not removed', { fullUrl: null, thumbUrl: null }, async () => {
    const { user } = await call('removeAvatar', {})
    return user
  })
}

/** The end of the change before: changes are carried out one after the other, so that the last one wins. */
let previous: Promise<unknown> = Promise.resolve()

/** Shows a change, carries it out, and takes it back where that fails. */
function change(failureTitle: string, picture: ShownPicture, carryOut: (id: number) => Promise<User>): void {
  if (failure !== null) dismissToast(failure)
  const id = beginChange(picture)
  const { selfId } = useUsers.getState()
  previous = previous
    .then(() => {
      // Whoever began this has signed out: it is not to become somebody else's picture.
      if (useUsers.getState().selfId !== selfId)
        throw new CallError({ code: 'desktop.signed_out', detail: '' })
      return carryOut(id)
    })
    .then(
      (user) => settleChange(id, user),
      (error: unknown) => {
        // What a later change has replaced already is of no interest any more.
        if (!settleChange(id, null)) return
        const retry = () => change(failureTitle, picture, carryOut)
        failure = showFailure(failureTitle, sentenceFor(error), { label: 'Retry', run: retry })
      },
    )
}
