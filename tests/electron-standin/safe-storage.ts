import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { App } from './app.ts'
import { onlyOffered } from './refuse.ts'

/** Electron's `safeStorage` over a key file in the app's data: it outlives restarts as a keyring does, but keeps nothing secret. */
export function createSafeStorage(app: App) {
  const available = (): boolean => app.isReady() && process.env.STANDIN_SAFE_STORAGE !== 'off'

  function readKey(): Buffer {
    const file = join(app.getPath('userData'), 'standin-keyring')
    try {
      return readFileSync(file)
    } catch {
      const key = randomBytes(32)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, key, { mode: 0o600 })
      return key
    }
  }

  return onlyOffered('safeStorage', {
    isEncryptionAvailable: available,
    getSelectedStorageBackend: () =>
      process.env.STANDIN_SAFE_STORAGE === 'off' ? 'basic_text' : 'gnome_libsecret',
    encryptString(text: string): Buffer {
      if (!available())
        throw new Error('Error while encrypting the text provided to safeStorage.encryptString.')
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', readKey(), nonce)
      return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
    },
    decryptString(bytes: Buffer): string {
      try {
        const decipher = createDecipheriv('aes-256-gcm', readKey(), bytes.subarray(0, 12))
        decipher.setAuthTag(bytes.subarray(-16))
        return decipher.update(bytes.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8')
      } catch {
        throw new Error('Error while decrypting the ciphertext provided to safeStorage.decryptString.')
      }
    },
  })
}
