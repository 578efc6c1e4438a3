/** Adds a chunk at the end of a WebP file, with the file's length set right (RFC 9649). */
export function withChunk(file: Buffer, name: string, content: Buffer): Buffer {
  const header = Buffer.alloc(8)
  header.write(name, 'latin1')
  header.writeUInt32LE(content.length, 4)
  return sealed(Buffer.concat([file, header, content, Buffer.alloc(content.length % 2)]))
}

/** Cuts a WebP file with a single chunk to a part of its content, with all lengths set right. */
export function cut(file: Buffer, part: number): Buffer {
  const length = Math.floor(((file.length - 20) * part) / 2) * 2
  const shorter = Buffer.from(file.subarray(0, 20 + length))
  shorter.writeUInt32LE(length, 16)
  return sealed(shorter)
}

/** Makes a simple lossy WebP file claim another size in its frame's header (RFC 6386, section 9.1). */
export function withSize(file: Buffer, width: number, height: number): Buffer {
  const changed = Buffer.from(file)
  changed.writeUInt16LE(width, 26)
  changed.writeUInt16LE(height, 28)
  return changed
}

function sealed(file: Buffer): Buffer {
  file.writeUInt32LE(file.length - 8, 4)
  return file
}
