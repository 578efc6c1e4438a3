import { createHash } from 'node:crypto'
import { attachmentEndpoints, type Attachment, type AttachmentType } from '../../api/contract/attachment.ts'
import { avatarEndpoints, type PresignedUpload } from '../../api/contract/avatar.ts'
import { chatEndpoints, type Room } from '../../api/contract/chat.ts'
import type { OutputOf } from '../../api/contract/endpoint.ts'
import type { User } from '../../api/contract/session.ts'
import type { Client } from './client.ts'
import { sendRaw, type RawAnswer } from './embedded-s3.ts'
import type { Renditions } from './photos.ts'

/** What the API answers to an announcement. */
export type Presigned = OutputOf<typeof avatarEndpoints.presignAvatar>

/** SHA-256 of a file in base64, as it is announced. */
export const digest = (file: Buffer): string => createHash('sha256').update(file).digest('base64')

/** What a client says of its two files before it uploads them. */
export const announcementOf = ({ full, thumb }: Renditions) => ({
  full: { bytes: full.length, sha256: digest(full) },
  thumb: { bytes: thumb.length, sha256: digest(thumb) },
})

/** Announces both renditions and gets the two signed uploads. */
export const presign = (client: Client, renditions: Renditions): Promise<Presigned> =>
  client.ok(avatarEndpoints.presignAvatar, announcementOf(renditions))

/** Sends one file to the store: the method, the address and exactly the headers that were signed. */
export const put = (upload: PresignedUpload, body: Buffer): Promise<RawAnswer> => sendRaw({ ...upload, body })

/** Announces both renditions and puts them into the store; throws when it refuses one. */
export async function upload(client: Client, renditions: Renditions): Promise<Presigned> {
  const presigned = await presign(client, renditions)
  await putBoth(presigned, renditions)
  return presigned
}

/** Puts both renditions into the store; throws when it refuses one. */
async function putBoth(presigned: Presigned, renditions: Renditions): Promise<void> {
  for (const rendition of ['full', 'thumb'] as const) {
    const answer = await put(presigned[rendition], renditions[rendition])
    if (answer.status !== 200) throw new Error(`The store answered ${answer.status}: ${String(answer.body)}`)
  }
}

/** Makes what was uploaded one's picture. */
export async function complete(client: Client, uploadId: string): Promise<User> {
  return (await client.ok(avatarEndpoints.completeAvatar, { uploadId })).user
}

/** The whole of it: announces, uploads and completes. */
export async function savePicture(client: Client, renditions: Renditions): Promise<User> {
  const { uploadId } = await upload(client, renditions)
  return complete(client, uploadId)
}

/** Reads a picture at its address as a client does, with the token for the API alone, following the redirect to the store. */
export const fetchPicture = (client: Client, address: string | null): Promise<Response> =>
  fetch(new URL(address ?? '', client.url), { headers: { authorization: `Bearer ${client.token}` } })

/** Sets a group room's picture, the whole way. */
export async function saveRoomPicture(client: Client, roomId: string, renditions: Renditions): Promise<Room> {
  const presigned = await client.ok(chatEndpoints.presignRoomAvatar, {
    id: roomId,
    ...announcementOf(renditions),
  })
  await putBoth(presigned, renditions)
  const { uploadId } = presigned
  return (await client.ok(chatEndpoints.completeRoomAvatar, { id: roomId, uploadId })).room
}

/** What a client says of an image before it attaches it; a JPEG unless said. */
export const announcementOfImage = (image: Buffer, type: AttachmentType = 'image/jpeg') => ({
  name: `photo.${type.slice('image/'.length)}`,
  type,
  bytes: image.length,
  sha256: digest(image),
})

/** Announces an image in a room and puts it into the store; throws when it refuses. */
export async function uploadImage(
  client: Client,
  roomId: string,
  image: Buffer,
  type?: AttachmentType,
): Promise<string> {
  const presigned = await client.ok(attachmentEndpoints.presignAttachment, {
    id: roomId,
    ...announcementOfImage(image, type),
  })
  const answer = await put(presigned.image, image)
  if (answer.status !== 200) throw new Error(`The store answered ${answer.status}: ${String(answer.body)}`)
  return presigned.attachmentId
}

/** The whole of it: announces, uploads and completes an image, so that a message can carry it. */
export async function attachImage(
  client: Client,
  roomId: string,
  image: Buffer,
  type?: AttachmentType,
): Promise<Attachment> {
  const attachmentId = await uploadImage(client, roomId, image, type)
  return (await client.ok(attachmentEndpoints.completeAttachment, { id: roomId, attachmentId })).attachment
}
