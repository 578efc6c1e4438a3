import { join } from 'node:path'
import sharp from 'sharp'

/** Photographs by people, beside this file; its README tells whose. */
export const PHOTOGRAPHS = [
  'astronaut.webp',
  'chelsea.webp',
  'coffee.webp',
  'camera.png',
  'rocket.jpg',
  'retina.jpg',
] as const

/** What was drawn, not taken. */
export const LINE_ART = ['horse.png', 'lines.svg'] as const

export type RealPicture = (typeof PHOTOGRAPHS)[number] | (typeof LINE_ART)[number] | 'phone.heic'

/** Where a picture lies. */
export const realPicture = (name: RealPicture): string => join(import.meta.dirname, name)

/** A picture upright and in sRGB, as PNG without transparency: over white, as the editor has it at first. Not of HEIC, which sharp cannot read. */
export const uprightPicture = (name: Exclude<RealPicture, 'phone.heic'>): Promise<Buffer> =>
  sharp(realPicture(name))
    .autoOrient()
    .toColourspace('srgb')
    .flatten({ background: '#ffffff' })
    .png({ compressionLevel: 1 })
    .toBuffer()

/** The part of astronaut.webp that phone.heic shows once it is upright. */
export const uprightPhone = (): Promise<Buffer> =>
  sharp(realPicture('astronaut.webp'))
    .extract({ left: 0, top: 0, width: 384, height: 512 })
    .png({ compressionLevel: 1 })
    .toBuffer()
