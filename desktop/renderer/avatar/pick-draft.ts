import type { Draft } from '../../bridge.ts'
import { bridge } from '../platform/bridge.ts'
import { unwrap } from '../platform/call.ts'

/** Lets the person choose an image file; null where they think better of it. Throws a CallError, `desktop.file_too_large` above all. */
export async function pickDraft(): Promise<Draft | null> {
  return unwrap(await bridge().avatar.pick())
}

/** Lets go of an image that is not needed any more. That it fails matters to nobody: main lets go of all when it ends. */
export function discardDraft(draft: Draft): void {
  void bridge().avatar.discard({ draftId: draft.id })
}
