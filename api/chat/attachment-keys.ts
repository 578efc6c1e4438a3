/** The two files of an attached image, in keys and in addresses. */
export const ATTACHMENT_FILES = { image: 'original', thumb: 'thumb.webp' } as const

/** The image itself, or its thumbnail. */
export type AttachmentRendition = keyof typeof ATTACHMENT_FILES

/** Where an attached image's objects are. Served keys are never written twice, so that they can be cached for ever. */
export interface AttachmentKeys {
  /** The bucket's folder, ending with a slash, or empty. */
  readonly folder: string
  /** Where a client may put the image: never served. */
  pending(roomId: string, attachmentId: string): string
  /** Where what was checked goes: no presigned address can write here. */
  served(key: string, rendition: AttachmentRendition): string
  /** Both objects under a key. */
  both(key: string): string[]
}

/** Creates the naming for the bucket's `folder`, ending with a slash. */
export function createAttachmentKeys(folder: string): AttachmentKeys {
  const served = (key: string, rendition: AttachmentRendition): string =>
    `${folder}${key}/${ATTACHMENT_FILES[rendition]}`
  return {
    folder,
    pending: (roomId, attachmentId) => `${folder}pending/${roomId}/${attachmentId}`,
    served,
    both: (key) => [served(key, 'image'), served(key, 'thumb')],
  }
}
