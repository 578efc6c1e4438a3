import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { User } from '../../../api/contract/session.ts'
import type { StagedImage } from '../../../desktop/bridge.ts'
import type { Network } from '../../../desktop/main/network.ts'
import type { Vault } from '../../../desktop/main/session-file.ts'

/** Somebody, without a picture. */
export const sampleUser = (username = 'ada'): User => ({
  id: randomUUID(),
  username,
  displayName: username.toUpperCase(),
  role: 'member',
  avatarUrl: null,
  avatarThumbUrl: null,
  avatarVersion: 0,
  avatarThumbhash: null,
})

/** An image that is attached and not sent, named by a number. */
export const stagedImage = (number: number): StagedImage => {
  const id = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
  return { id, name: `${number}.png`, type: 'image/png', bytes: 9, width: 4, height: 3, url: `/staged/${id}` }
}

/** A network that is there. */
export const NETWORK: Network = { fetch, isOnline: () => true }

/** A problem as the API answers it. */
export const sampleProblem = (status: number, code: string) => ({
  type: 'about:blank',
  title: 'Refused',
  status,
  detail: `Refused with ${code}.`,
  code,
  requestId: 'request-7',
})

/** A folder that goes with the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'medallion-main-'))
  // What a program still writes in the background is waited for.
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

/** A vault in earnest, as the system's keyring is one: what it seals, only it can open. */
export function createVault({ available = true } = {}): Vault {
  const key = randomBytes(32)
  return {
    available: () => available,
    encrypt(text) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed])
    },
    decrypt(bytes) {
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
      decipher.setAuthTag(bytes.subarray(12, 28))
      return decipher.update(bytes.subarray(28), undefined, 'utf8') + decipher.final('utf8')
    },
  }
}
