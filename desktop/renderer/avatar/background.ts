import { create } from 'zustand'

/** The colours offered behind transparent pictures. */
export const BACKGROUNDS = [
  { name: 'White', colour: '#ffffff' },
  { name: 'Black', colour: '#000000' },
  { name: 'Grey', colour: '#8a8d98' },
  { name: 'Blue', colour: '#4a5fc7' },
  { name: 'Green', colour: '#1f7d50' },
  { name: 'Amber', colour: '#dba75c' },
  { name: 'Rose', colour: '#b53a72' },
] as const

/** What lies behind transparent pixels, kept from one picture to the next. */
export const useBackground = create<{ colour: string }>(() => ({ colour: BACKGROUNDS[0].colour }))

/** Chooses another background, as #rrggbb. */
export const setBackground = (colour: string): void => useBackground.setState({ colour })
