import { t } from '../platform/texts.ts'
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
  const said = shorten(body)
  if (count > 1)
    return {
      title:
        kind === 'dm'
          ? t('chat.notify.manyFrom', { count, sender: senderName })
          : t('chat.notify.manyIn', { count, room: roomName }),
      body: withContent
        ? kind === 'dm'
          ? said
          : t('chat.notify.said', { sender: senderName, text: said })
        : '',
    }
  const title = kind === 'dm' ? senderName : t('chat.notify.oneIn', { sender: senderName, room: roomName })
  return { title, body: withContent ? said : t('chat.notify.newMessage') }
}

/** What the one notification after a long absence says. */
export const wordsForAbsence = (messages: number, rooms: number): { title: string; body: string } => ({
  title: t('chat.notify.away', { count: messages }),
  body: t('chat.notify.awayIn', { count: rooms }),
})

const segmenter = new Intl.Segmenter()

/** A message as one line without its marks, cut between characters as a person sees them. */
function shorten(body: string): string {
  const line = plainText(body).replaceAll(/\s+/gu, ' ').trim()
  if (line.length <= MAX_BODY) return line
  return `${line.slice(0, segmenter.segment(line).containing(MAX_BODY)?.index)}…`
}
