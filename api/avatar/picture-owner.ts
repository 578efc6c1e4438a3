import type { Db } from '../platform/db.ts'
import type { LogEntry } from '../platform/event-log.ts'
import type { AvatarPlace } from './avatar-keys.ts'

/** A picture to set. */
export interface NewPicture {
  key: string
  url: string
  thumbUrl: string
  thumbhash: string
}

/** A picture that is about to be changed. */
export interface HeldPicture {
  /** Null where there is none. */
  key: string | null
  /** How many milliseconds ago it was decided on, or on having none; null where that is not known. */
  madeAgo: number | null
}

/** What has a picture, a person or a room, and how the database keeps it. `View` is what whoever changed it is answered with. */
export interface PictureOwner<View> {
  readonly place: AvatarPlace
  /** Holds the picture until the transaction ends. Throws where the owner is gone or may not be changed by whoever asks. */
  lock(trx: Db): Promise<HeldPicture>
  /** Sets or removes the picture, raising its version; decided on `madeAgo` milliseconds ago. */
  replace(trx: Db, picture: NewPicture | null, madeAgo: number): Promise<void>
  /** The owner as it is now; throws as `lock` does. */
  view(db: Db): Promise<View>
  /** What tells everyone concerned of the change that was just made. */
  news(trx: Db): Promise<LogEntry[]>
}
