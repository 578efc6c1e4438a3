import { ipcMain, type BrowserWindow, type IpcMainEvent, type IpcMainInvokeEvent } from 'electron'
import { z } from 'zod'
import { catalogue, type EndpointName } from '../../api/contract/catalogue.ts'
import { clientFrame } from '../../api/contract/events.ts'
import { id } from '../../api/contract/fields.ts'
import type { CallName, Result, Snapshot } from '../bridge.ts'
import { DONE, failed } from './api-client.ts'
import { setupAttachmentsIpc, type AttachmentCapabilities } from './attachments/attachments-ipc.ts'
import type { StagedImages } from './attachments/staged-images.ts'
import { setupAvatarIpc, type AvatarCapabilities } from './avatar/avatar-ipc.ts'
import { restoreAddresses, rewriteAddresses, type PictureCaches } from './avatar/rewrite.ts'
import type { LastWords } from './last-words.ts'
import type { Outbox } from './outbox.ts'
import { body, outboxAction } from './outbox-record.ts'
import { passNews } from './pass-news.ts'
import { ORIGIN } from './protocol.ts'
import type { Session } from './session.ts'
import { snapshot, type Snapshots } from './snapshots.ts'
import type { Socket } from './socket.ts'
import { setupSystemIpc, type SystemCapabilities } from './system-ipc.ts'

/** What the bridge reaches. */
export interface Capabilities extends AvatarCapabilities, AttachmentCapabilities, SystemCapabilities {
  window: () => BrowserWindow | null
  session: Session
  socket: Socket
  snapshots: Snapshots
  lastWords: LastWords
  outbox: Outbox
  pictures: PictureCaches
  log: (message: string, error?: unknown) => void
}

/** Answers one call of the page, whose argument has been checked against a schema. */
export type Handle = <Schema extends z.ZodType, T>(
  channel: string,
  argument: Schema,
  serve: (input: z.output<Schema>) => Promise<Result<T>>,
) => void

/** Takes one word of the page that wants no answer; whatever is wrong with it is passed over. */
export type Hear = <Schema extends z.ZodType>(
  channel: string,
  argument: Schema,
  act: (input: z.output<Schema>) => void,
) => void

/** Tells the page something, if there is one. */
export type Tell = (channel: string, value: unknown) => void

/** Leaves out the attached images that a message has carried off since: the page had no time left to say so. */
async function withoutSent(
  known: Snapshot | null,
  outbox: Outbox,
  staged: StagedImages,
): Promise<Snapshot | null> {
  if (known === null) return null
  const sent = outbox.imageIds()
  const rooms = Object.entries(known.draftImages).map(async ([roomId, images]) => {
    const isHere = await Promise.all(
      images.map(async ({ id: imageId }) => !sent.has(imageId) && staged.has(imageId)),
    )
    return [roomId, images.filter((_, index) => isHere[index])] as const
  })
  return { ...known, draftImages: Object.fromEntries(await Promise.all(rooms)) }
}

/** What the page may not call: it would see a token, or change something past the queues in main. As the bridge's types have it. */
const RESERVED: Record<Exclude<EndpointName, CallName>, true> = {
  register: true,
  login: true,
  logout: true,
  presignAvatar: true,
  completeAvatar: true,
  removeAvatar: true,
  takeRecentAvatar: true,
  presignRoomAvatar: true,
  completeRoomAvatar: true,
  removeRoomAvatar: true,
  presignAttachment: true,
  completeAttachment: true,
  sendMessage: true,
  editMessage: true,
  deleteMessage: true,
  markRead: true,
  addReaction: true,
  removeReaction: true,
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
const registration = credentials.extend({
  displayName: z.string().max(200),
  invite: z.string().max(200).exactOptional(),
})
/** A position in the server's log, as the server wrote it. */
const cursor = z.string().max(100)

/** Answers every call of the page, each checked for who asks and for what; tells the page what changes. */
export function setupIpc(capabilities: Capabilities): void {
  const { session, socket, snapshots, outbox, pictures, log } = capabilities

  /** One call: its sender, its argument, its answer; an unforeseen error is logged and told in plain words. */
  const handle: Handle = (channel, argument, serve) => {
    ipcMain.handle(channel, async (event, input: unknown) => {
      if (!trusted(event, capabilities.window()))
        return failed('desktop.invalid_argument', 'The call does not come from the program’s page.')
      const parsed = argument.safeParse(input)
      if (!parsed.success) return failed('desktop.invalid_argument', z.prettifyError(parsed.error))
      try {
        return rewriteAddresses(await serve(parsed.data), pictures)
      } catch (error) {
        log(`${channel} failed`, error)
        return failed('desktop.internal', 'The program met an unexpected problem.')
      }
    })
  }

  const tell: Tell = (channel, value) => {
    const window = capabilities.window()
    if (window !== null && !window.isDestroyed())
      window.webContents.send(channel, rewriteAddresses(value, pictures))
  }

  handle('call', z.object({ name: z.string(), input: z.unknown() }), async ({ name, input }) => {
    if (!isCallable(name)) return failed('desktop.invalid_argument', `The page may not call ${name}.`)
    const parsed = catalogue[name].request.safeParse(input)
    if (!parsed.success) return failed('desktop.invalid_argument', z.prettifyError(parsed.error))
    return session.call(catalogue[name], parsed.data)
  })

  handle('session:current', z.undefined(), async () => ({ ok: true, value: session.state }))
  handle('session:sign-in', credentials, (input) => session.signIn(input))
  handle('session:register', registration, (input) => session.register(input))
  handle('session:describe', credentials.pick({ server: true }), ({ server }) => session.describe(server))
  handle('session:sign-out', z.undefined(), async () => {
    await session.signOut()
    return DONE
  })
  handle('session:set-aside', z.undefined(), async () => {
    await session.setAside()
    return DONE
  })
  handle('session:switch-to', z.object({ server: z.string().max(300), userId: id }), (input) =>
    session.switchTo(input.server, input.userId),
  )
  session.on('change', (state) => tell('session:change', state))

  const listen = passNews(socket, (listener, news) => tell('socket:news', { listener, news }))
  const hear: Hear = (channel, argument, act) => {
    ipcMain.on(channel, (event, input: unknown) => {
      const parsed = argument.safeParse(input)
      if (trusted(event, capabilities.window()) && parsed.success) act(parsed.data)
    })
  }
  hear('socket:listen', z.object({ cursor: cursor.nullable(), listener: id }), (input) =>
    listen(input.listener, input.cursor),
  )
  hear('socket:wake', z.undefined(), () => {
    socket.wake()
    outbox.wake()
  })
  hear('socket:send', clientFrame, (frame) => {
    if (frame.type === 'typing') socket.send(frame)
  })

  handle('snapshot:read', z.undefined(), async () => ({
    ok: true,
    value: await withoutSent(await snapshots.read(), outbox, capabilities.staged),
  }))
  handle('snapshot:save', snapshot, async (known) => {
    await snapshots.save(restoreAddresses(known, pictures))
    return DONE
  })
  hear('snapshot:kept', z.undefined(), () => capabilities.lastWords.heard())

  const entry = z.object({ id })
  handle('outbox:add', entry.extend({ action: outboxAction }), (input) => outbox.add(input.id, input.action))
  handle('outbox:rewrite', entry.extend({ body }), async (input) => ({
    ok: true,
    value: await outbox.rewrite(input.id, input.body),
  }))
  handle('outbox:retry', entry, async (input) => {
    await outbox.retry(input.id)
    return DONE
  })
  handle('outbox:discard', entry, async (input) => {
    await outbox.discard(input.id)
    return DONE
  })
  handle('outbox:list', z.undefined(), async () => ({ ok: true, value: outbox.list() }))
  outbox.on('change', (entries) => tell('outbox:change', entries))
  outbox.on('settled', (message) => tell('outbox:settled', message))

  setupAttachmentsIpc(handle, capabilities)
  setupAvatarIpc(handle, tell, capabilities)
  setupSystemIpc(handle, hear, tell, capabilities)
}
