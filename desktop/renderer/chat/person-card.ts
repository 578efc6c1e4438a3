import { create } from 'zustand'

/** Whose card is open; null while none is. */
export const usePersonCard = create<{ userId: string | null }>(() => ({ userId: null }))

/** Opens somebody's card. */
export const showPerson = (userId: string): void => usePersonCard.setState({ userId })

/** Closes it. */
export const closePerson = (): void => usePersonCard.setState({ userId: null })
