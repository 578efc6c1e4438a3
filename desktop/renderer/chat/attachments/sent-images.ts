import type { StagedImage } from '../../../bridge.ts'

/** The images of messages that were sent from here, by the messages' `clientId`. */
const sent = new Map<string, readonly StagedImage[]>()

/** Remembers what a message carries: it stands in for what the server makes of it, until that is here, so that nothing flashes. */
export function rememberSent(clientId: string, images: readonly StagedImage[]): void {
  if (images.length > 0) sent.set(clientId, images)
}

/** The address of an image as it was sent from here; undefined for those of others, and after a restart. */
export const sentUrl = (clientId: string, index: number): string | undefined =>
  sent.get(clientId)?.[index]?.url

/** Forgets all of them: for signing out. */
export const forgetSent = (): void => sent.clear()
