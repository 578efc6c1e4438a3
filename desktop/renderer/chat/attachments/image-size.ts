/** The room that one image takes at most, in CSS pixels. */
export const LARGEST = { width: 400, height: 300 } as const

/** The least that an image shows of its shorter side, in CSS pixels: very long ones are cut. */
const LEAST = 64

/** The size in which an image stands in the conversation, known before it is there: the history never jumps. */
export function shownSize({ width, height }: { width: number; height: number }): {
  width: number
  height: number
} {
  const scale = Math.min(1, LARGEST.width / width, LARGEST.height / height)
  const atLeast = (side: number, most: number): number =>
    Math.min(most, Math.max(LEAST, Math.round(side * scale)))
  return { width: atLeast(width, LARGEST.width), height: atLeast(height, LARGEST.height) }
}
