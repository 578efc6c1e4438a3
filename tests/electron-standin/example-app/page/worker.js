import { SIZE } from './size.js'

addEventListener('message', async () => {
  const canvas = new OffscreenCanvas(SIZE, SIZE)
  canvas.getContext('2d')?.fillRect(0, 0, SIZE, SIZE)
  const blob = await canvas.convertToBlob({ type: 'image/webp' })
  const bitmap = await createImageBitmap(blob)
  const page = await fetch('/')
  postMessage({ type: blob.type, width: bitmap.width, page: page.status })
})
