import { writeFile } from 'node:fs/promises'
import { extname } from 'node:path'
import type { AttachmentType } from '../../../api/contract/attachment.ts'
import type { Result } from '../../bridge.ts'
import { failed } from '../api-client.ts'
import type { PictureCache } from '../avatar/cache.ts'
import { imageType } from '../image-type.ts'

/** Asks where to keep a file that would have this name; null when that was cancelled. */
export type AskWhere = (name: string) => Promise<string | null>

const ENDINGS: Record<AttachmentType, readonly [string, ...string[]]> = {
  'image/jpeg': ['.jpg', '.jpeg', '.jfif'],
  'image/png': ['.png'],
  'image/webp': ['.webp'],
  'image/gif': ['.gif'],
}

/** Writes the image of this key where somebody wants to have it; false where they think better of it. */
export async function saveImage(
  originals: Pick<PictureCache, 'get'>,
  ask: AskWhere,
  { key, name }: { key: string; name: string },
): Promise<Result<boolean>> {
  const image = await originals.get(key)
  if (image === 'away') return failed('desktop.server_unreachable', 'The image cannot be loaded for now.')
  const type = image && imageType(image)
  if (image === null || type === null) return failed('desktop.image_gone', `${name} is no longer there.`)
  const path = await ask(fileName(name, type))
  if (path === null) return { ok: true, value: false }
  try {
    await writeFile(path, image)
    return { ok: true, value: true }
  } catch (error) {
    return failed('desktop.file_unwritable', error instanceof Error ? error.message : String(error))
  }
}

/** A name that every system takes, with the ending of what the file really is: it came from somebody else. */
export function fileName(name: string, type: AttachmentType): string {
  const ending = extname(name)
  const isRight = ENDINGS[type].includes(ending.toLowerCase())
  const stem = name
    .slice(0, name.length - ending.length)
    .replaceAll(/[\\/:*?"<>|\p{Cc}\p{Cf}]/gu, '_')
    .replaceAll(/^[. ]+|[. ]+$/g, '')
    .slice(0, 100)
  return `${stem === '' ? 'image' : stem}${isRight ? ending : ENDINGS[type][0]}`
}
