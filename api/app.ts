import { createServer, type Server } from 'node:http'
import Router from '@koa/router'
import type { Context } from 'koa'
import packageJson from '../package.json' with { type: 'json' }
import { createAvatarKeys } from './avatar/avatar-keys.ts'
import { mountAvatar, mountPictures } from './avatar/avatar.routes.ts'
import { createAvatarService } from './avatar/avatar.service.ts'
import { createChangeLimit } from './avatar/change-limit.ts'
import { pictureColumns } from './avatar/picture-columns.ts'
import { createPictureService } from './avatar/picture.service.ts'
import { createSweeper, SWEEP_AFTER_MS } from './avatar/sweeper.ts'
import { createAttachmentKeys } from './chat/attachment-keys.ts'
import { attachmentRepository } from './chat/attachment.repository.ts'
import { mountAttachments, mountImages } from './chat/attachment.routes.ts'
import { createAttachmentService } from './chat/attachment.service.ts'
import { mountChat, mountRoomPictures } from './chat/chat.routes.ts'
import { createMessageService } from './chat/message.service.ts'
import { createRoomPictureService } from './chat/room-picture.ts'
import { createRoomService } from './chat/room.service.ts'
import { createTyping } from './chat/typing.ts'
import { createBus, type OpenWire } from './platform/bus.ts'
import type { Registration } from './contract/session.ts'
import type { Db } from './platform/db.ts'
import { createMount } from './platform/endpoint.ts'
import { AppError } from './platform/errors.ts'
import { createEventLog } from './platform/event-log.ts'
import { createHttp } from './platform/http.ts'
import { createHub, type Hub } from './platform/hub.ts'
import type { Log } from './platform/log.ts'
import { describeEvents } from './platform/asyncapi.ts'
import { createMetrics } from './platform/metrics.ts'
import { describeApi } from './platform/openapi.ts'
import { createRateLimits } from './platform/rate-limit.ts'
import { attachSockets } from './platform/socket-server.ts'
import type { Storage } from './platform/storage.ts'
import { createAccessLimits, type AccessLimitSettings } from './session/access-limits.ts'
import { createInviteService } from './session/invite.service.ts'
import { createPresence } from './session/presence.ts'
import { mountSession } from './session/session.routes.ts'
import { createSessionService } from './session/session.service.ts'

/** What the application stands on; opened and closed by the caller. */
export interface AppDependencies {
  db: Db
  storage: Storage
  log: Log
  /** The bucket's folder for pictures, ending with a slash. */
  avatarFolder: string
  /** The same for images that messages carry. */
  attachmentFolder: string
  /** Where pictures are served publicly; null when they go through the API. */
  avatarPublicUrl: string | null
  /** How many pictures a person may set within an hour; 0 is no limit. */
  avatarChangesPerHour: number
  /** What carries messages between the API processes. */
  openWire: OpenWire
  /** How long events are kept for those who come back, in days. */
  eventKeepDays: number
  /** What the workspace is called before anybody has signed in. */
  serverName: string
  /** Who may make an account. */
  registration: Registration
  accessLimits: AccessLimitSettings
  /** How many proxies stand before the API; 0 believes no X-Forwarded-For. */
  trustProxy: number
  /** What whoever reads the metrics must show; null serves none. */
  metricsToken: string | null
  /** How often sockets are asked for a sign of life, in milliseconds; the hub's own measure unless said. */
  heartbeatMs?: number
}

/** The application: its server listens wherever the caller says. */
export interface App {
  server: Server
  /** Deletes what is due in the bucket, now. */
  sweep(): Promise<void>
  /** Starts telling events and sweeping; before listening. */
  start(): Promise<void>
  /** Stops accepting, closes sockets with 1001, lets requests and work under way end. */
  stop(): Promise<void>
}

/** Wires everything together; the one place that knows all features. */
export function createApp(dependencies: AppDependencies): App {
  const { db, storage, log, avatarFolder, avatarPublicUrl, avatarChangesPerHour } = dependencies
  const { openWire, eventKeepDays, heartbeatMs } = dependencies
  const hub = createHub(log, heartbeatMs)
  const metrics = createMetrics({ db, hub })
  const bus = createBus(openWire, log)
  const eventLog = createEventLog(db, log, {
    tell(entry) {
      metrics.countEvent()
      hub.tell(entry)
    },
    onPlaced: () => bus.send({ kind: 'log' }),
    keepDays: eventKeepDays,
  })
  const publish: Hub['publish'] = (topic, event, options) => {
    hub.publish(topic, event, options)
    bus.send({ kind: 'passing', topic, event, ...options })
  }
  bus.listen((message) => {
    if (message.kind === 'log') eventLog.look()
    if (message.kind === 'passing')
      hub.publish(message.topic, message.event, { exceptUserId: message.exceptUserId })
  })
  const { transact } = eventLog
  const keys = createAvatarKeys(avatarFolder, avatarPublicUrl)

  const rateLimits = createRateLimits(db, log)
  const limits = createAccessLimits(rateLimits, dependencies.accessLimits)
  const invites = createInviteService({ db })
  const sessions = createSessionService({
    db,
    transact,
    log,
    registration: dependencies.registration,
    invites,
    limits,
  })
  const sweeper = createSweeper({
    db,
    storage,
    keys,
    log,
    also: () => attachmentRepository(db).removeExpired(SWEEP_AFTER_MS),
  })
  const limit = createChangeLimit(avatarChangesPerHour)
  const pictures = createPictureService({ db, transact, storage, keys, limit, onQueued: sweeper.wake })
  const avatars = createAvatarService({ db, pictures })
  const rooms = createRoomService({ db, transact })
  const roomPictures = createRoomPictureService({ db, pictures })
  const attachments = createAttachmentService({
    db,
    storage,
    keys: createAttachmentKeys(dependencies.attachmentFolder),
    onQueued: sweeper.wake,
  })
  const messages = createMessageService({
    db,
    transact,
    attachments,
    limitSearch: limits.search,
    onQueued: sweeper.wake,
  })
  const presence = createPresence({ hub, bus, db, log })
  const typing = createTyping({ hub, publish })

  const { findActor } = sessions
  const router = new Router()
  const mount = createMount(router, findActor, limits.write)
  mountSession(mount, {
    sessions,
    invites,
    server: { name: dependencies.serverName, version: packageJson.version },
  })
  mountAvatar(mount, avatars)
  mountPictures(router, { avatars, pictures, findActor })
  mountChat(mount, { rooms, roomPictures, messages })
  mountAttachments(mount, attachments)
  mountImages(router, { attachments, findActor })
  mountRoomPictures(router, { roomPictures, pictures, findActor })
  mountHealth(router, { db, storage })
  mountDescription(router)
  metrics.mount(router, dependencies.metricsToken)

  const http = createHttp({ log, trustProxy: dependencies.trustProxy, onAnswered: metrics.countAnswered })
  http.use(router.routes()).use(router.allowedMethods())
  const handle = http.callback()
  const server = createServer((request, response) => void handle(request, response))
  const sockets = attachSockets(server, {
    db,
    hub,
    eventLog,
    findActor,
    topicsOf: rooms.topicsOf,
    listeners: [presence, typing, metrics.listener],
    log,
  })

  return {
    server,
    sweep: sweeper.sweep,
    async start() {
      const moved =
        (await pictureColumns(db, 'users').rebase(keys.base)) +
        (await pictureColumns(db, 'rooms').rebase(keys.base))
      if (moved > 0) log.info({ moved }, 'pictures have new addresses, as AVATAR_PUBLIC_URL says')
      await eventLog.start()
      bus.start()
      presence.start()
      sweeper.start()
      rateLimits.start()
    },
    async stop() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve())
      })
      await sockets.close()
      typing.stop()
      rateLimits.stop()
      hub.stop()
      // A connection that is kept open closes as soon as its request is answered, instead of bringing the next one.
      const idle = setInterval(() => server.closeIdleConnections(), 50)
      const patience = setTimeout(() => server.closeAllConnections(), 10_000)
      await closed
      clearInterval(idle)
      clearTimeout(patience)
      await presence.stop()
      await sweeper.stop()
      await eventLog.stop()
      await bus.stop()
    },
  }
}

function mountHealth(router: Router, { db, storage }: Pick<AppDependencies, 'db' | 'storage'>): void {
  router.get('/healthz', (ctx: Context) => {
    ctx.body = { status: 'ok' }
  })
  router.get('/readyz', async (ctx: Context) => {
    await Promise.all([storage.ping(), db.raw('select 1').catch(unready)])
    ctx.body = { status: 'ready' }
  })
}

function mountDescription(router: Router): void {
  const description = describeApi(packageJson.version)
  router.get('/api/openapi.json', (ctx: Context) => {
    ctx.set('cache-control', 'public, max-age=300')
    ctx.body = description
  })
  const events = describeEvents(packageJson.version)
  router.get('/api/asyncapi.json', (ctx: Context) => {
    ctx.set('cache-control', 'public, max-age=300')
    ctx.body = events
  })
}

/** Whatever keeps the database from answering, a wrong password included, the API is not ready. */
function unready(error: unknown): never {
  throw new AppError('server.database_unavailable', 'The database does not answer.', { cause: error })
}
