import type { Attachment, AttachmentType } from '../contract/attachment.ts'
import { ATTACHMENT_FILES, type AttachmentRendition } from './attachment-keys.ts'

/** An attachment as its message keeps it, in `messages.attachments`: where it is read follows from the rest. */
export type KeptAttachment = Omit<Attachment, 'imageUrl' | 'imageThumbUrl'>

/** An attachment as the table `attachments` holds it; `expired` is by the database's clock. */
export interface AttachmentRow {
  id: string
  room_id: string
  user_id: string
  name: string
  type: AttachmentType
  bytes: number
  sha256: string
  expires_at: Date
  expired: boolean
  key: string | null
  served_bytes: number | null
  width: number | null
  height: number | null
  thumbhash: string | null
  message_id: string | null
}

/** What a message keeps of an attachment; null before that is completed. */
export function toKept(row: AttachmentRow): KeptAttachment | null {
  const { id, name, type, served_bytes: bytes, width, height, thumbhash } = row
  if (bytes === null || width === null || height === null) return null
  return { id, name, type, bytes, width, height, thumbhash }
}

/** Turns what is kept into the attachment that members of the room see. */
export const toAttachment = (roomId: string, kept: KeptAttachment): Attachment => ({
  ...kept,
  imageUrl: address(roomId, kept.id, 'image'),
  imageThumbUrl: address(roomId, kept.id, 'thumb'),
})

const address = (roomId: string, id: string, rendition: AttachmentRendition): string =>
  `/api/rooms/${roomId}/attachments/${id}/${ATTACHMENT_FILES[rendition]}`
