import { open, rename } from 'node:fs/promises'

/** Writes a file that is there whole or not at all, whatever ends the program; readable by its owner alone. */
export async function writeWhole(file: string, text: string): Promise<void> {
  const draft = `${file}.new`
  const handle = await open(draft, 'w', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(draft, file)
}
