import { create } from 'zustand'
import type { StagedImage } from '../../../bridge.ts'
import { bridge } from '../../platform/bridge.ts'

/** An image that is being made ready to be attached. */
export interface ComingImage {
  id: string
  name: string
}

interface DraftImages {
  /** What is attached and not sent, by room. */
  images: Record<string, readonly StagedImage[]>
  /** What is about to be, by room. */
  coming: Record<string, readonly ComingImage[]>
}

const none: DraftImages = { images: {}, coming: {} }

/** The images of messages that are being written. */
export const useDraftImages = create<DraftImages>(() => none)

const set = useDraftImages.setState

const NO_IMAGES: readonly StagedImage[] = []
const NOTHING_COMING: readonly ComingImage[] = []

/** What is attached in a room. */
export const imagesIn = ({ images }: DraftImages, roomId: string): readonly StagedImage[] =>
  images[roomId] ?? NO_IMAGES

/** What is being made ready for a room. */
export const comingIn = ({ coming }: DraftImages, roomId: string): readonly ComingImage[] =>
  coming[roomId] ?? NOTHING_COMING

/** Takes over what was attached when the program ended. */
export const restoreDraftImages = (images: Record<string, readonly StagedImage[]>): void => set({ images })

/** Forgets everything: for signing out. */
export const resetDraftImages = (): void => set(none, true)

/** Every image that is attached and not sent, by room. */
export function allDraftImages(): Record<string, StagedImage[]> {
  const rooms = Object.entries(useDraftImages.getState().images)
  return Object.fromEntries(rooms.map(([roomId, images]) => [roomId, [...images]]))
}

/** Shows that an image is on its way into a room's message. */
export function announceImage(roomId: string, image: ComingImage): void {
  set((state) => ({ coming: { ...state.coming, [roomId]: [...comingIn(state, roomId), image] } }))
}

/** It is not, or no longer. */
export function withdrawImage(roomId: string, id: string): void {
  set((state) => ({
    coming: { ...state.coming, [roomId]: comingIn(state, roomId).filter((image) => image.id !== id) },
  }))
}

/** Attaches an image to what is being written in a room. */
export function addDraftImage(roomId: string, image: StagedImage): void {
  setImages(roomId, [...imagesIn(useDraftImages.getState(), roomId), image])
}

/** Takes an image away again. */
export function removeDraftImage(roomId: string, id: string): void {
  setImages(
    roomId,
    imagesIn(useDraftImages.getState(), roomId).filter((image) => image.id !== id),
  )
  void bridge().attachments.discard({ id })
}

/** Hands out what is attached in a room, for the message that carries it. */
export function takeDraftImages(roomId: string): readonly StagedImage[] {
  const images = imagesIn(useDraftImages.getState(), roomId)
  setImages(roomId, [])
  return images
}

function setImages(roomId: string, images: readonly StagedImage[]): void {
  set((state) => {
    const { [roomId]: _, ...others } = state.images
    return { images: images.length === 0 ? others : { ...others, [roomId]: images } }
  })
}
