import { plainText } from './plain-text.ts'

/** How much of a message a notification shows, in UTF-16 code units: more than any system has room for. */
const MAX_BODY = 240

/** What a notification tells of: the last message of a room, and how many have come since it was last read. */
export interface News {
  kind: 'group' | 'dm'
  roomName: string
  senderName: string
  body: string
  count: number
  /** Whether what was written may show. */
  withContent: boolean
}

/** What a notification of a room says. */
export function wordsFor({ kind, roomName, senderName, body, count, withContent }: News): {
  title: string
  body: string
} {
  const where = kind === 'dm' ? `from ${senderName}` : `in ${roomName}`
  const said = shorten(body)
  if (count > 1)
    return {
      title: `${count} new messages ${where}`,
      body: withContent ? (kind === 'dm' ? said : `${senderName}: ${said}`) : '',
    }
  const title = kind === 'dm' ? senderName : `${senderName} in ${roomName}`
  return { title, body: withContent ? said : 'New message' }
}

/** What the one notification after a long absence says. */
export const wordsForAbsence = (messages: number, rooms: number): { title: string; body: string } => ({
  title: `${messages} new messages`,
  body: `In ${rooms} conversations while you were away.`,
})

const segmenter = new Intl.Segmenter()

/** A message as one line without its marks, cut between characters as a person sees them. */
function shorten(body: string): string {
  const line = plainText(body).replaceAll(/\s+/gu, ' ').trim()
  if (line.length <= MAX_BODY) return line
  return `${line.slice(0, segmenter.segment(line).containing(MAX_BODY)?.index)}…`
}
