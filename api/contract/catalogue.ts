import { attachmentEndpoints } from './attachment.ts'
import { avatarEndpoints } from './avatar.ts'
import { chatEndpoints } from './chat.ts'
import { sessionEndpoints } from './session.ts'

/** Every endpoint of the API, by name. */
export const catalogue = {
  ...sessionEndpoints,
  ...avatarEndpoints,
  ...chatEndpoints,
  ...attachmentEndpoints,
} as const
export type Catalogue = typeof catalogue
export type EndpointName = keyof Catalogue
