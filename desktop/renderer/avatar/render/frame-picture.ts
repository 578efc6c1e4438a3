import { softwareCanvas } from './software-canvas.ts'
import type { Framing } from './render-messages.ts'
import type { SquareRows } from './resample.ts'

/**
 * The framed square of a picture in its own resolution, over the background. Where it is turned by quarters, every pixel is
 * one of the picture's own; else it is drawn by Chromium's bicubic sampling.
 */
export function framePicture(picture: ImageBitmap, framing: Framing): SquareRows {
  const straight = framing.angle % 90 === 0
  const { x, y, side } = straight ? onWholePixels(framing) : framing
  const size = Math.max(1, Math.ceil(side))
  const turned = new DOMMatrix()
    .translate(size / 2, size / 2)
    .scale(size / side)
    .multiply(turnOf(framing.angle))
    .scale(framing.flipped ? -1 : 1, 1)
    .translate(-x - side / 2, -y - side / 2)
  let strip = softwareCanvas(size, 1)
  return {
    side: size,
    read(from, count) {
      if (strip.canvas.height !== count) strip = softwareCanvas(size, count)
      const { pen } = strip
      pen.imageSmoothingEnabled = !straight
      pen.setTransform(1, 0, 0, 1, 0, 0)
      pen.fillStyle = framing.background
      pen.fillRect(0, 0, size, count)
      pen.setTransform(new DOMMatrix().translate(0, -from).multiply(turned))
      pen.drawImage(picture, 0, 0)
      return pen.getImageData(0, 0, size, count).data
    },
  }
}

function onWholePixels({ x, y, side }: Framing): { x: number; y: number; side: number } {
  const whole = Math.max(1, Math.round(side))
  return { x: Math.round(x + (side - whole) / 2), y: Math.round(y + (side - whole) / 2), side: whole }
}

/** Quarter turns without the rounding errors of sine and cosine, which would let neighbouring pixels shine through. */
function turnOf(angle: number): DOMMatrix {
  const quarters = [
    [1, 0],
    [0, 1],
    [-1, 0],
    [0, -1],
  ]
  const [cosine = 1, sine = 0] =
    angle % 90 === 0
      ? (quarters[(angle / 90 + 4) % 4] ?? [])
      : [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)]
  return new DOMMatrix([cosine, sine, -sine, cosine, 0, 0])
}
