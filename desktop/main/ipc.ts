import { ipcMain, type BrowserWindow, type IpcMainEvent, type IpcMainInvokeEvent } from 'electron'
import { z } from 'zod'
import { RENDITIONS, type Rendition } from '../../api/contract/avatar.ts'
import { catalogue, type EndpointName } from '../../api/contract/catalogue.ts'
import { clientFrame } from '../../api/contract/events.ts'
import type { CallName, Result } from '../bridge.ts'
import { failed } from './api-client.ts'
import { rewriteAvatars } from './avatar/rewrite.ts'
import type { PictureCache } from './avatar/cache.ts'
import { openDraft, type AskForFile } from './avatar/open.ts'
import type { Drafts } from './avatar/drafts.ts'
import { uploadPicture } from './avatar/upload.ts'
import { passEvents } from './pass-events.ts'
import { ORIGIN } from './protocol.ts'
import type { Session } from './session.ts'
import type { Socket } from './socket.ts'

/** What the bridge reaches. */
export interface Capabilities {
  window: () => BrowserWindow | null
  session: Session
  socket: Socket
  drafts: Drafts
  pictures: PictureCache
  askForFile: AskForFile
  log: (message: string, error?: unknown) => void
}

/** What the page may not call: it would see a token, or an upload that is main's affair. As the bridge's types have it. */
const RESERVED: Record<Exclude<EndpointName, CallName>, true> = {
  register: true,
  login: true,
  logout: true,
  presignAvatar: true,
  completeAvatar: true,
}

const isCallable = (name: string): name is CallName =>
  Object.hasOwn(catalogue, name) && !Object.hasOwn(RESERVED, name)

/** A call comes from our own page in our own window, not from a frame within it or a page elsewhere. */
const trusted = (
  { sender, senderFrame }: IpcMainEvent | IpcMainInvokeEvent,
  window: BrowserWindow | null,
): boolean =>
  sender === window?.webContents &&
  senderFrame !== null &&
  senderFrame.parent === null &&
  senderFrame.origin === ORIGIN

const credentials = z.object({
  server: z.string().max(300),
  username: z.string().max(200),
  password: z.string().max(2000),
})
const draft = z.object({ draftId: z.uuid() })
const rendition = (which: Rendition) =>
  z.instanceof(Uint8Array).refine((bytes) => bytes.length > 0 && bytes.length <= RENDITIONS[which].maxBytes)

/** Answers every call of the page, each checked for who asks and for what; tells the page what changes. */
export function setupIpc(capabilities: Capabilities): void {
  const { session, socket, drafts, pictures, askForFile, log } = capabilities

  /** One call: its sender, its argument, its answer; an unforeseen error is logged and told in plain words. */
  function handle<Schema extends z.ZodType, T>(
    channel: string,
    argument: Schema,
    serve: (input: z.output<Schema>) => Promise<Result<T>>,
  ): void {
    ipcMain.handle(channel, async (event, input: unknown): Promise<Result<T>> => {
      if (!trusted(event, capabilities.window()))
        return failed('desktop.invalid_argument', 'The call does not come from the program’s page.')
      const parsed = argument.safeParse(input)
      if (!parsed.success) return failed('desktop.invalid_argument', z.prettifyError(parsed.error))
      try {
        return rewriteAvatars(await serve(parsed.data), pictures)
      } catch (error) {
        log(`${channel} failed`, error)
        return failed('desktop.internal', 'The program met an unexpected problem.')
      }
    })
  }

  const tell = (channel: string, value: unknown): void => {
    const window = capabilities.window()
    if (window !== null && !window.isDestroyed())
      window.webContents.send(channel, rewriteAvatars(value, pictures))
  }

  handle('call', z.object({ name: z.string(), input: z.unknown() }), async ({ name, input }) => {
    if (!isCallable(name)) return failed('desktop.invalid_argument', `The page may not call ${name}.`)
    const parsed = catalogue[name].request.safeParse(input)
    if (!parsed.success) return failed('desktop.invalid_argument', z.prettifyError(parsed.error))
    return session.call(catalogue[name], parsed.data)
  })

  handle('session:current', z.undefined(), async () => ({ ok: true, value: session.state }))
  handle('session:sign-in', credentials, (input) => session.signIn(input))
  handle('session:register', credentials.extend({ displayName: z.string().max(200) }), (input) =>
    session.register(input),
  )
  handle('session:sign-out', z.undefined(), async () => {
    await session.signOut()
    return { ok: true, value: undefined }
  })
  session.on('change', (state) => tell('session:change', state))

  const listen = passEvents(socket, (event) => tell('socket:event', event))
  handle('socket:current', z.undefined(), async () => {
    listen()
    return { ok: true, value: socket.state }
  })
  ipcMain.on('socket:send', (event, frame: unknown) => {
    const parsed = clientFrame.safeParse(frame)
    if (trusted(event, capabilities.window()) && parsed.success && parsed.data.type === 'typing')
      socket.send(parsed.data)
  })
  socket.on('state', (state) => tell('socket:state', state))

  handle('avatar:pick', z.undefined(), () => openDraft(askForFile, drafts))
  handle(
    'avatar:stage',
    draft.extend({ full: rendition('full'), thumb: rendition('thumb') }),
    async (input) => {
      const { draftId, full, thumb } = input
      const stored = drafts.get(draftId)
      if (stored === null) return draftGone()
      stored.renditions = { full, thumb }
      return {
        ok: true,
        value: { fullUrl: `/drafts/${draftId}/256.webp`, thumbUrl: `/drafts/${draftId}/64.webp` },
      }
    },
  )
  handle('avatar:upload', draft, async ({ draftId }) => {
    const renditions = drafts.get(draftId)?.renditions
    if (renditions === undefined || renditions === null) return draftGone()
    const answer = await uploadPicture(session, renditions, (fraction) =>
      tell('avatar:progress', { draftId, fraction }),
    )
    if (answer.ok) {
      const { avatarUrl, avatarThumbUrl } = answer.value
      if (avatarUrl !== null) await pictures.put(avatarUrl, renditions.full)
      if (avatarThumbUrl !== null) await pictures.put(avatarThumbUrl, renditions.thumb)
    }
    return answer
  })
  handle('avatar:discard', draft, async ({ draftId }) => {
    drafts.discard(draftId)
    return { ok: true, value: undefined }
  })
}

const draftGone = () => failed('desktop.draft_gone', 'The image is no longer open. Choose it again.')
