/** Why an image cannot be used, as a value that crosses from a worker; the page makes the sentence of it. */
export type PictureFault =
  | { why: 'empty' | 'unreadable' | 'unknownKind' | 'gone' | 'notProcessed' }
  | { why: 'tooManyBytes'; bytes: number }
  | { why: 'noSize' | 'tooManyPixels' | 'tooWide'; width: number; height: number }
  | { why: 'tookTooLong'; seconds: number }

/** An image that cannot be used. */
export class Unusable extends Error {
  readonly fault: PictureFault

  constructor(fault: PictureFault, options?: ErrorOptions) {
    super(fault.why, options)
    this.fault = fault
  }
}

/** Said where nothing more is known than that no decoder can make anything of it. */
export const UNREADABLE: PictureFault = { why: 'unreadable' }
