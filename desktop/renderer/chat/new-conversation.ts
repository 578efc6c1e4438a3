import { create } from 'zustand'

type Kind = 'room' | 'dm'

/** Which dialog that begins a conversation is open; null for none. */
export const useNewConversation = create<{ open: Kind | null }>(() => ({ open: null }))

/** Opens the dialog for a new room or a direct message, or with null closes it. */
export const beginConversation = (open: Kind | null): void => useNewConversation.setState({ open })
