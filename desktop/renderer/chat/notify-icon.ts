import { initials, INITIALS_TEXT, initialsColour } from '../avatar/initials.ts'
import { useUsers } from '../session/users.ts'
import { shortCount } from './short-count.ts'

/** The width of a sender's picture in a notification, in pixels: what Windows shows at twice the density. */
const ICON_SIDE = 96
/** The width of a badge, in pixels: Windows wants 16 and its multiples. */
const BADGE_SIDE = 32
const BADGE_COLOUR = '#c0283c'
const FONT = "'Inter Variable', system-ui, sans-serif"

type Pen = OffscreenCanvasRenderingContext2D

/** Somebody's picture, round, or their initials, as a PNG; null where it cannot be drawn. */
export async function drawSender(userId: string): Promise<Uint8Array | null> {
  const { people, pictures } = useUsers.getState()
  const url = pictures[userId]?.fullUrl ?? null
  const picture = url === null ? null : await loadPicture(url)
  return draw(ICON_SIDE, (pen) => {
    pen.beginPath()
    pen.arc(ICON_SIDE / 2, ICON_SIDE / 2, ICON_SIDE / 2, 0, 2 * Math.PI)
    pen.clip()
    if (picture !== null) {
      pen.imageSmoothingQuality = 'high'
      pen.drawImage(picture, 0, 0, ICON_SIDE, ICON_SIDE)
      picture.close()
      return
    }
    pen.fillStyle = initialsColour(userId)
    pen.fillRect(0, 0, ICON_SIDE, ICON_SIDE)
    const name = people[userId]?.displayName
    if (name !== undefined) write(pen, initials(name), ICON_SIDE, 0.4)
  })
}

/** A number of unread messages as a PNG; null for none. */
export async function drawBadge(count: number): Promise<Uint8Array | null> {
  if (count === 0) return null
  return draw(BADGE_SIDE, (pen) => {
    pen.fillStyle = BADGE_COLOUR
    pen.beginPath()
    pen.arc(BADGE_SIDE / 2, BADGE_SIDE / 2, BADGE_SIDE / 2, 0, 2 * Math.PI)
    pen.fill()
    const text = shortCount(count)
    write(pen, text, BADGE_SIDE, text.length > 2 ? 0.44 : text.length > 1 ? 0.56 : 0.68)
  })
}

function write(pen: Pen, text: string, side: number, part: number): void {
  pen.fillStyle = INITIALS_TEXT
  pen.font = `600 ${Math.round(side * part)}px ${FONT}`
  pen.textAlign = 'center'
  pen.textBaseline = 'alphabetic'
  const { actualBoundingBoxAscent: ascent, actualBoundingBoxDescent: descent } = pen.measureText(text)
  pen.fillText(text, side / 2, side / 2 + (ascent - descent) / 2)
}

async function draw(side: number, paint: (pen: Pen) => void): Promise<Uint8Array | null> {
  const canvas = new OffscreenCanvas(side, side)
  const pen = canvas.getContext('2d')
  if (!pen) return null
  paint(pen)
  const png = await canvas.convertToBlob({ type: 'image/png' })
  return new Uint8Array(await png.arrayBuffer())
}

/** Null where the picture is gone, or cannot be reached: then initials do. */
async function loadPicture(url: string): Promise<ImageBitmap | null> {
  try {
    const answer = await fetch(url)
    return answer.ok ? await createImageBitmap(await answer.blob()) : null
  } catch {
    return null
  }
}
