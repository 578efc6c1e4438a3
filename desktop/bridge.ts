import type { AttachmentType } from '../api/contract/attachment.ts'
import type { Catalogue, EndpointName } from '../api/contract/catalogue.ts'
import type { Message, Room } from '../api/contract/chat.ts'
import type { InputOf, OutputOf } from '../api/contract/endpoint.ts'
import type { ErrorCode } from '../api/contract/errors.ts'
import type { ClientFrame, Hello, ServerEvent } from '../api/contract/events.ts'
import type { User } from '../api/contract/session.ts'
import type { Language } from './texts/language.ts'

// Types only: what the page may ask of main, and what main tells the page. Everything that crosses is structured-cloneable.

/** Why main itself refused or failed, beside the API's own codes. */
export type DesktopErrorCode =
  | 'desktop.invalid_argument'
  | 'desktop.invalid_server'
  | 'desktop.offline'
  | 'desktop.server_unreachable'
  | 'desktop.not_medallion'
  | 'desktop.bad_answer'
  | 'desktop.signed_out'
  | 'desktop.store_unreachable'
  | 'desktop.store_refused'
  | 'desktop.upload_expired'
  | 'desktop.clock_skewed'
  | 'desktop.draft_gone'
  | 'desktop.file_too_large'
  | 'desktop.file_unreadable'
  | 'desktop.file_unwritable'
  | 'desktop.image_too_large'
  | 'desktop.not_an_image'
  | 'desktop.image_gone'
  | 'desktop.internal'

/** A failure, as the page needs it: the code chooses the sentence, `detail` is the other side's own words. */
export interface Failure {
  code: ErrorCode | DesktopErrorCode
  detail: string
  requestId?: string
  /** In how many seconds it may be tried again. */
  retryAfter?: number
  /** By how many seconds the store's clock is ahead of the API's. */
  skew?: number
}

/** Every answer of main: Electron's IPC keeps only an error's message, so failures are values. */
export type Result<T> = { ok: true; value: T } | { ok: false; error: Failure }

/** The calls of the catalogue that the page may make; those that yield or end a token, change a picture, or go through the outbox have bridge methods of their own. */
export type CallName = Exclude<
  EndpointName,
  | 'register'
  | 'login'
  | 'logout'
  | 'presignAvatar'
  | 'completeAvatar'
  | 'removeAvatar'
  | 'takeRecentAvatar'
  | 'presignRoomAvatar'
  | 'completeRoomAvatar'
  | 'removeRoomAvatar'
  | 'presignAttachment'
  | 'completeAttachment'
  | 'sendMessage'
  | 'editMessage'
  | 'deleteMessage'
  | 'markRead'
  | 'addReaction'
  | 'removeReaction'
>

/** A server, as the screen for signing in shows it. */
export type ServerDescription = OutputOf<Catalogue['describeServer']>

/** Somebody who is signed in and not at work. */
export interface OtherAccount {
  server: string
  userId: string
  username: string
  displayName: string
}

/**
 * Who is at work, and where, and who else is signed in. `server` is the last address used, also while signed out; `reason` says why a
 * session ended by itself.
 */
export type SessionState = { others: OtherAccount[] } & (
  | { status: 'signed-out'; server: string | null; reason?: 'revoked' }
  | { status: 'signed-in'; server: string; user: User }
)

/**
 * The socket's life. `connected` counts the connections so far. Of one that is online, `replay` says what follows: everything since the
 * cursor that was asked for (`complete`), or only what happens after `cursor`, so that the state must be fetched afresh.
 */
export type ConnectionState =
  | { status: 'offline' | 'connecting' }
  | { status: 'online'; connected: number; replay: Hello['data']['replay']; cursor: string }

/** What the socket tells. `reached`: everything up to this cursor has been told. */
export type SocketNews =
  | { kind: 'state'; state: ConnectionState }
  | { kind: 'event'; event: ServerEvent }
  | { kind: 'reached'; cursor: string }

/** What somebody knew when the page last looked, to begin with at the next start: whole and true up to `cursor`, perhaps newer. */
export interface Snapshot {
  /** Whose it is. */
  userId: string
  /** Null where something was still to be fetched: then everything is fetched afresh. */
  cursor: string | null
  people: User[]
  rooms: Room[]
  /** The last messages of rooms, ascending and without gaps; `hasOlder`: there are earlier ones than the first. */
  timelines: Array<{ roomId: string; messages: Message[]; hasOlder: boolean }>
  /** What is written and not sent, by room. */
  drafts: Record<string, string>
  /** The images that are attached there and not sent, by room. */
  draftImages: Record<string, StagedImage[]>
  selectedId: string | null
}

/** A file that was chosen in the dialog and can be read once at `url` (same origin); one that cannot be read has no bytes. */
export interface PickedFile {
  name: string
  bytes: number
  url: string
}

/** An image that is attached to a message yet to be sent: kept on disk, and shown at `url` (same origin). */
export interface StagedImage {
  id: string
  name: string
  type: AttachmentType
  bytes: number
  /** As it is seen, in pixels. */
  width: number
  height: number
  url: string
}

/** What waits in the outbox. A message that is still in it has no id yet: it is named by its `clientId`, which is also its entry's id. */
export type OutboxAction =
  | {
      kind: 'send'
      roomId: string
      clientId: string
      /** May be empty beside images. */
      body: string
      replyTo: Message['replyTo']
      images: StagedImage[]
    }
  | { kind: 'edit'; roomId: string; messageId: string; body: string }
  | { kind: 'delete'; roomId: string; messageId: string }
  | { kind: 'react'; roomId: string; messageId: string; emoji: string; on: boolean }
  | { kind: 'read'; roomId: string; seq: number }

/**
 * How far an entry is. `sending`: on its way, and of a message with images `fraction` of 1 has arrived. `waiting`: tried again by
 * itself, at the latest `retryAt`; `failed`: refused; only the person can go on.
 */
export type OutboxProgress =
  | { status: 'sending'; fraction?: number }
  | { status: 'waiting'; failure: Failure; retryAt: string }
  | { status: 'failed'; failure: Failure }

/** One thing that is kept on disk until the server has done it. */
export interface OutboxEntry {
  id: string
  createdAt: string
  action: OutboxAction
  progress: OutboxProgress
}

/** An image that was picked and can be read at `url` (same origin) until it is discarded. */
export interface Draft {
  id: string
  name: string
  bytes: number
  url: string
}

/** The two WebP renditions of a picture, as files. */
export interface Renditions {
  full: Uint8Array
  thumb: Uint8Array
}

/** Whose picture is changed: one's own, or that of a group room. */
export type PictureTarget = { kind: 'me' } | { kind: 'room'; roomId: string }

/** The addresses at which a picture that is on its way can be shown meanwhile. */
export interface StagedPicture {
  fullUrl: string
  thumbUrl: string
}

/**
 * How far a change is. `sending`: on its way, `fraction` of 1 has arrived. `waiting`: kept on disk and tried again by itself, at
 * the latest `retryAt`, since what went wrong passes (offline, server or store away). `failed`: refused; only the person can go on.
 */
export type ChangeProgress =
  | { status: 'sending'; fraction: number }
  | { status: 'waiting'; failure: Failure; retryAt: string }
  | { status: 'failed'; failure: Failure }

/** A picture being set, or with `picture` null removed. There is at most one for each target: a later one takes its place. */
export interface PictureChange {
  id: string
  target: PictureTarget
  picture: StagedPicture | null
  progress: ChangeProgress
}

/** What a change has come to: the person or room with the new picture, as the API answered. */
export type SettledChange = { id: string } & ({ user: User } | { room: Room })

/** `beta`: also those that are still being tried out. */
export type UpdateChannel = 'stable' | 'beta'

/**
 * How updating the program stands. `off`: nothing updates it, since it is run from its sources (`development`), whoever built it named
 * no place to ask (`no-feed`), or the system's own tools do it (`packaged`). `failed`: tried again by itself later.
 */
export type UpdateState =
  | { status: 'off'; why: 'development' | 'no-feed' | 'packaged' }
  | { status: 'idle' | 'checking' | 'failed' }
  | { status: 'current'; checkedAt: string }
  | { status: 'fetching'; version: string; fraction: number }
  | { status: 'ready'; version: string }

/** How the program behaves on this computer, for whoever uses it. */
export interface Preferences {
  /** `system`: the first of the system’s languages that there are texts for. */
  language: 'system' | Language
  theme: 'system' | 'light' | 'dark'
  density: 'comfortable' | 'compact'
  textSize: 'small' | 'normal' | 'large' | 'larger'
  notifications: {
    /** `direct`: direct messages, and messages that mention one. */
    about: 'all' | 'direct' | 'none'
    /** Whether they show what was written. */
    content: boolean
  }
  /** Until when nothing is notified, ISO 8601 in UTC; null for no such time. One that is past counts as none. */
  doNotDisturbUntil: string | null
  /** The rooms that notify nothing and are not counted, of whoever is signed in. */
  mutedRooms: string[]
  /** Closing the window leaves the program in the tray; on macOS it always stays. */
  closeToTray: boolean
  startAtLogin: boolean
  /** Which versions the program updates itself to. */
  updateChannel: UpdateChannel
  /** By which languages the spelling is checked, as BCP 47 tags; none for not at all; null for the system’s. */
  spellcheckLanguages: string[] | null
}

/** A message's or a room's news, as the system is to show it. */
export interface RoomNotification {
  roomId: string
  /** The first message that it tells of: a press opens the room there. */
  seq: number
  title: string
  body: string
  /** The sender's picture as a PNG; null for the program's own. */
  icon: Uint8Array | null
  /** Whether the person may answer in it, where the system offers that. */
  canReply: boolean
}

/** How much is unread, for the badge and the tray. */
export interface Unread {
  count: number
  /** The count drawn as a PNG, for systems whose badge is an image; null where nothing is unread. */
  badge: Uint8Array | null
}

/** A part of the settings that can be opened by itself. */
export type SettingsSection = 'appearance' | 'notifications' | 'system' | 'devices' | 'about'

/** What main has the page do: chosen in a menu, a link or a notification, or because the page was lost. */
export type Command =
  | { kind: 'settings'; section: SettingsSection }
  | { kind: 'check-for-updates' }
  /** With `seq`, at that message. */
  | { kind: 'room'; roomId: string; seq?: number }
  | { kind: 'person'; userId: string }
  | { kind: 'recovered' }

/** The program itself and the system under it. */
export interface SystemInfo {
  version: string
  electron: string
  /** Node's name for it. */
  platform: string
  /** The languages by which the spelling can be checked; none where the system decides (macOS). */
  spellcheckLanguages: string[]
}

/** Takes the listener away again. */
export type Unsubscribe = () => void

/** What the preload puts at `window.medallion`. */
export interface Bridge {
  /**
   * Calls one endpoint of the API. In every answer the avatar addresses are rewritten to same-origin ones
   * (`/avatars/<key>/<size>.webp`), ready for an `<img>`; so are those of images (`/attachments/<key>/original`, `…/thumb.webp`).
   */
  call<Name extends CallName>(
    name: Name,
    input: InputOf<Catalogue[Name]>,
  ): Promise<Result<OutputOf<Catalogue[Name]>>>
  session: {
    current(): Promise<SessionState>
    signIn(input: { server: string; username: string; password: string }): Promise<Result<User>>
    register(input: {
      server: string
      username: string
      displayName: string
      password: string
      invite?: string
    }): Promise<Result<User>>
    /** What a server tells of itself before anybody has signed in. */
    describe(input: { server: string }): Promise<Result<ServerDescription>>
    /** Ends the session here even where the server cannot be told. */
    signOut(): Promise<Result<void>>
    /** Puts whoever is at work aside, still signed in, so that somebody else can sign in. */
    setAside(): Promise<Result<void>>
    /** Lets somebody who was put aside go on. */
    switchTo(input: { server: string; userId: string }): Promise<Result<void>>
    onChange(listener: (state: SessionState) => void): Unsubscribe
  }
  socket: {
    /**
     * Connects, and tells what has happened since `cursor` and what happens from now on, in order, in as few portions as it comes in;
     * who listened before hears nothing more.
     */
    listen(input: { cursor: string | null }, hear: (news: SocketNews[]) => void): Unsubscribe
    send(frame: Extract<ClientFrame, { type: 'typing' }>): void
    /** Tries at once whatever waits for the network, and makes sure of a connection that seems to be there. */
    wake(): void
  }
  snapshot: {
    /** What was known when the person was last here; null where that is nothing, or cannot be used. */
    read(): Promise<Snapshot | null>
    /** Keeps it for the next start, in place of the one before. */
    save(snapshot: Snapshot): Promise<Result<void>>
    /** Has `keep` run, and waits for it a little, before the window closes. */
    onWanted(keep: () => Promise<void>): Unsubscribe
  }
  outbox: {
    /** Takes an action over once it is on disk, and has the server do it, in order, whatever happens meanwhile. */
    add(input: { id: string; action: OutboxAction }): Promise<Result<void>>
    /** Changes the text of a message that is not sent yet; false where it is no longer here. */
    rewrite(input: { id: string; body: string }): Promise<Result<boolean>>
    /** Tries again what was refused. */
    retry(input: { id: string }): Promise<Result<void>>
    /** Gives an entry up; a message that is on its way this moment is deleted once it is there. */
    discard(input: { id: string }): Promise<Result<void>>
    /** Everything that waits, in its order, also from the run before. */
    list(): Promise<OutboxEntry[]>
    /** Hears the whole list whenever anything about it changes. */
    onChange(listener: (entries: OutboxEntry[]) => void): Unsubscribe
    /** Hears a message that the server has taken or changed, before its entry is gone from the list. */
    onSettled(listener: (message: Message) => void): Unsubscribe
  }
  attachments: {
    /** Opens the file dialog for several files; none when it was cancelled. */
    pick(): Promise<Result<PickedFile[]>>
    /** Keeps an image on disk, so that a message can carry it whatever happens meanwhile. */
    stage(
      image: Pick<StagedImage, 'name' | 'type' | 'width' | 'height'> & { bytes: Uint8Array },
    ): Promise<Result<StagedImage>>
    /** Lets go of one that is not to be sent after all. */
    discard(input: { id: string }): Promise<Result<void>>
    /** Asks where to, and writes the image of this key there; false when that was cancelled. */
    save(input: { key: string; name: string }): Promise<Result<boolean>>
  }
  avatar: {
    /** Opens the file dialog; null when it was cancelled. */
    pick(): Promise<Result<Draft | null>>
    discard(input: { draftId: string }): Promise<Result<void>>
    /** Whether the system lets the program use the camera; asks the person where the system wants that (macOS). */
    allowCamera(): Promise<Result<boolean>>
    /** Each takes over a change once it is safe on disk, and carries it out in the background, whatever happens meanwhile. */
    save(input: { target: PictureTarget } & Renditions): Promise<Result<void>>
    takeRecent(input: { recentId: string }): Promise<Result<void>>
    remove(input: { target: PictureTarget }): Promise<Result<void>>
    /** Tries again at once what waits or has failed. */
    retry(input: { changeId: string }): Promise<Result<void>>
    /** Gives a change up; one that the API has carried out already stays carried out. Also takes away one that failed. */
    cancel(input: { changeId: string }): Promise<Result<void>>
    /** The changes under way, also those of the run before. */
    changes(): Promise<PictureChange[]>
    /** Hears the whole list whenever anything about it changes. */
    onChanges(listener: (changes: PictureChange[]) => void): Unsubscribe
    /** Hears a change that was carried out, before it is gone from the list. */
    onSettled(listener: (change: SettledChange) => void): Unsubscribe
  }
  preferences: {
    get(): Promise<Preferences>
    /** Changes those that are given, and keeps them. */
    change(changes: Partial<Preferences>): Promise<Result<void>>
    /** Hears all of them whenever one changes, also by a menu, or because somebody else signs in. */
    onChange(listener: (preferences: Preferences) => void): Unsubscribe
  }
  notifications: {
    /** Shows one in place of the one before of the same room; a press opens the room at the message. */
    show(notification: RoomNotification): void
    /** Takes that of a room away. */
    close(input: { roomId: string }): void
    setUnread(unread: Unread): void
  }
  updates: {
    state(): Promise<UpdateState>
    onChange(listener: (state: UpdateState) => void): Unsubscribe
    /** Looks for an update now, and fetches it. */
    check(): Promise<Result<void>>
    /** Restarts the program as the version that is ready. */
    install(): Promise<Result<void>>
  }
  system: {
    /** Hears what main has the page do, also what it wanted before anybody listened. */
    onCommand(listener: (command: Command) => void): Unsubscribe
    info(): Promise<SystemInfo>
    /** How many bytes of pictures are kept on this computer. */
    pictureCacheSize(): Promise<Result<number>>
    clearPictureCache(): Promise<Result<void>>
    /** Has the log keep an error of the page: its kind and its stack, never its words. */
    reportError(error: { name: string; stack: string }): void
    /** Opens the folder of the logs. */
    showLogs(): Promise<Result<void>>
    /** Puts the logs into the clipboard; tells how many lines. */
    copyLogs(): Promise<Result<number>>
  }
}

declare global {
  interface Window {
    readonly medallion: Bridge
  }
}
