/** When a presigned address was signed and how long it holds, both in milliseconds, by the clock of whoever signed it. */
export interface Signature {
  signedAt: number
  lifetime: number
}

/** Reads S3's signature (version 4) in a presigned address; null where there is none. */
export function readSignature(url: string): Signature | null {
  const { searchParams } = new URL(url)
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(searchParams.get('X-Amz-Date') ?? '') ?? []
  const seconds = Number(searchParams.get('X-Amz-Expires') ?? Number.NaN)
  const signedAt = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  return Number.isNaN(signedAt) || Number.isNaN(seconds) ? null : { signedAt, lifetime: seconds * 1000 }
}
