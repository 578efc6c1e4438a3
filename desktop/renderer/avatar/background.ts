import { create } from 'zustand'
import { t } from '../platform/texts.ts'

/** The colours offered behind transparent pictures. */
export const BACKGROUNDS = [
  { name: t('avatar.cropper.white'), colour: '#ffffff' },
  { name: t('avatar.cropper.black'), colour: '#000000' },
  { name: t('avatar.cropper.grey'), colour: '#8a8d98' },
  { name: t('avatar.cropper.blue'), colour: '#4a5fc7' },
  { name: t('avatar.cropper.green'), colour: '#1f7d50' },
  { name: t('avatar.cropper.amber'), colour: '#dba75c' },
  { name: t('avatar.cropper.rose'), colour: '#b53a72' },
] as const

/** What lies behind transparent pixels, kept from one picture to the next. */
export const useBackground = create<{ colour: string }>(() => ({ colour: BACKGROUNDS[0].colour }))

/** Chooses another background, as #rrggbb. */
export const setBackground = (colour: string): void => useBackground.setState({ colour })
