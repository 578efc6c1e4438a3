import { create } from 'zustand'

type Finder = 'switcher' | 'search' | 'keys'

/** What helps to find things and is open: the switcher for rooms and people, the search for messages, or the list of keys. */
export const useFinding = create<{ open: Finder | null }>(() => ({ open: null }))

/** Opens one of them, or with null closes both. */
export const find = (open: Finder | null): void => useFinding.setState({ open })
