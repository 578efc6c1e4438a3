import { create } from 'zustand'

/** What finds things and is open: the switcher for rooms and people, or the search for messages. */
export const useFinding = create<{ open: 'switcher' | 'search' | null }>(() => ({ open: null }))

/** Opens one of them, or with null closes both. */
export const find = (open: 'switcher' | 'search' | null): void => useFinding.setState({ open })
