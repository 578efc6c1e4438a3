import type { Message } from '../../../api/contract/chat.ts'
import { t } from '../platform/texts.ts'

/** What a message says wherever it stands in a line: its text, or else that it has images. */
export function messageWords({ body, attachments }: Pick<Message, 'body' | 'attachments'>): string {
  const count = attachments.length
  if (body.trim() !== '' || count === 0) return body
  return t('chat.images.sent', { count })
}
