import { readFileSync } from 'node:fs'
import { record } from './records.ts'
import { onlyOffered } from './refuse.ts'

/** Where a PNG's width and height stand, in bytes from its start. */
const PNG_WIDTH = 16
const PNG_HEIGHT = 20

/** An image of an icon: a PNG's bytes, which nothing here draws. */
function createImage(png: Buffer) {
  const empty = png.length <= PNG_HEIGHT
  return onlyOffered('NativeImage', {
    isEmpty: () => empty,
    addRepresentation: ({ scaleFactor }: { scaleFactor: number; dataURL: string }): void =>
      record('NativeImage.addRepresentation', scaleFactor),
    setTemplateImage: (option: boolean): void => record('NativeImage.setTemplateImage', option),
    getSize: () => ({
      width: empty ? 0 : png.readUInt32BE(PNG_WIDTH),
      height: empty ? 0 : png.readUInt32BE(PNG_HEIGHT),
    }),
    toPNG: () => png,
    toDataURL: () => `data:image/png;base64,${png.toString('base64')}`,
  })
}

/** Electron's `nativeImage`, for PNGs. As in Electron, a file that is not there is an empty image. */
export const nativeImage = onlyOffered('nativeImage', {
  createEmpty: () => createImage(Buffer.alloc(0)),
  createFromBuffer: createImage,
  createFromDataURL: (url: string) => createImage(Buffer.from(url.split(',')[1] ?? '', 'base64')),
  createFromPath(path: string) {
    try {
      return createImage(readFileSync(path))
    } catch {
      return createImage(Buffer.alloc(0))
    }
  },
})
