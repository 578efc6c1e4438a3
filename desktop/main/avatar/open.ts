import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Draft, Result } from '../../bridge.ts'
import { failed } from '../api-client.ts'
import type { Drafts } from './drafts.ts'

/** The greatest file that can be opened, in bytes. */
export const MAX_FILE_BYTES = 50 * 1024 * 1024

/** The endings of the files that the dialog offers. */
export const IMAGE_EXTENSIONS = 'jpg jpeg jfif png webp avif gif bmp svg heic heif tif tiff'.split(' ')

/** Asks for a file; the path, or null when that was cancelled. */
export type AskForFile = () => Promise<string | null>

/** Lets somebody choose an image and makes a draft of it; whether it is an image, the page's decoder finds out. */
export async function openDraft(ask: AskForFile, drafts: Drafts): Promise<Result<Draft | null>> {
  const path = await ask()
  if (path === null) return { ok: true, value: null }
  try {
    const found = await stat(path)
    // A pipe or device could be read for ever.
    if (!found.isFile()) return failed('desktop.file_unreadable', `${basename(path)} is not a file.`)
    if (found.size > MAX_FILE_BYTES)
      return failed(
        'desktop.file_too_large',
        `The file has ${megabytes(found.size)}; the limit is ${megabytes(MAX_FILE_BYTES)}.`,
      )
    return { ok: true, value: drafts.add(basename(path), await readFile(path)) }
  } catch (error) {
    return failed('desktop.file_unreadable', error instanceof Error ? error.message : String(error))
  }
}

const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`
