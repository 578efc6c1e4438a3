import { create } from 'zustand'
import type { Message } from '../../../../api/contract/chat.ts'

/** What is being looked at: one of a message's images. */
export interface Viewed {
  message: Message
  index: number
}

/** The image that is open; null for none. */
export const useViewer = create<{ viewed: Viewed | null }>(() => ({ viewed: null }))

/** Opens an image of a message. */
export const viewImages = (message: Message, index: number): void =>
  useViewer.setState({ viewed: { message, index } })

/** Goes to the next image of the message, or the one before; at either end it stays. */
export function stepImage(step: 1 | -1): void {
  useViewer.setState(({ viewed }) => {
    const index = (viewed?.index ?? 0) + step
    return viewed?.message.attachments[index] === undefined ? {} : { viewed: { ...viewed, index } }
  })
}

/** Closes it. */
export const closeViewer = (): void => useViewer.setState({ viewed: null })
