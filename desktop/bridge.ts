import type { Catalogue, EndpointName } from '../api/contract/catalogue.ts'
import type { InputOf, OutputOf } from '../api/contract/endpoint.ts'
import type { ErrorCode } from '../api/contract/errors.ts'
import type { ClientFrame, ServerEvent } from '../api/contract/events.ts'
import type { User } from '../api/contract/session.ts'

// Types only: what the page may ask of main, and what main tells the page. Everything that crosses is structured-cloneable.

/** Why main itself refused or failed, beside the API's own codes. */
export type DesktopErrorCode =
  | 'desktop.invalid_argument'
  | 'desktop.invalid_server'
  | 'desktop.server_unreachable'
  | 'desktop.not_medallion'
  | 'desktop.bad_answer'
  | 'desktop.signed_out'
  | 'desktop.store_unreachable'
  | 'desktop.store_refused'
  | 'desktop.draft_gone'
  | 'desktop.file_too_large'
  | 'desktop.file_unreadable'
  | 'desktop.internal'

/** A failure, as the page needs it: the code chooses the sentence, `detail` is the other side's own words. */
export interface Failure {
  code: ErrorCode | DesktopErrorCode
  detail: string
  requestId?: string
}

/** Every answer of main: Electron's IPC keeps only an error's message, so failures are values. */
export type Result<T> = { ok: true; value: T } | { ok: false; error: Failure }

/** The calls of the catalogue that the page may make; those that yield or end a token have bridge methods of their own. */
export type CallName = Exclude<
  EndpointName,
  'register' | 'login' | 'logout' | 'presignAvatar' | 'completeAvatar'
>

/** Who is signed in, and where. `server` is the last address used, also while signed out; `reason` says why a session ended by itself. */
export type SessionState =
  | { status: 'signed-out'; server: string | null; reason?: 'revoked' }
  | { status: 'signed-in'; server: string; user: User }

/** The socket's life as the page shows it. `connected` counts the connections so far: a new number means that state must be fetched afresh. */
export type ConnectionState = { status: 'offline' | 'connecting' } | { status: 'online'; connected: number }

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

/** Where staged renditions can be shown from while they are on their way. */
export interface StagedPicture {
  fullUrl: string
  thumbUrl: string
}

/** How far an upload is, as a part of 1. */
export interface UploadProgress {
  draftId: string
  fraction: number
}

/** Takes the listener away again. */
export type Unsubscribe = () => void

/** What the preload puts at `window.medallion`. */
export interface Bridge {
  /**
   * Calls one endpoint of the API. In every answer the avatar addresses are rewritten to same-origin ones
   * (`/avatars/<key>/<size>.webp`), ready for an `<img>`.
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
    }): Promise<Result<User>>
    /** Ends the session here even where the server cannot be told. */
    signOut(): Promise<Result<void>>
    onChange(listener: (state: SessionState) => void): Unsubscribe
  }
  socket: {
    /** Also the sign that the page listens: events are held back until it has asked. */
    current(): Promise<ConnectionState>
    send(frame: Extract<ClientFrame, { type: 'typing' }>): void
    onState(listener: (state: ConnectionState) => void): Unsubscribe
    onEvent(listener: (event: ServerEvent) => void): Unsubscribe
  }
  avatar: {
    /** Opens the file dialog; null when it was cancelled. */
    pick(): Promise<Result<Draft | null>>
    /** Hands over the renditions of a draft, which can then be shown and uploaded. */
    stage(input: { draftId: string } & Renditions): Promise<Result<StagedPicture>>
    /** Uploads what was staged and sets it as the picture; may be called again after a failure. */
    upload(input: { draftId: string }): Promise<Result<User>>
    discard(input: { draftId: string }): Promise<Result<void>>
    onProgress(listener: (progress: UploadProgress) => void): Unsubscribe
  }
}

declare global {
  interface Window {
    readonly medallion: Bridge
  }
}
