import { expect, test, vi } from 'vitest'
import type { SocketNews } from '../../../desktop/bridge.ts'
import { passNews } from '../../../desktop/main/pass-news.ts'
import { account, createSocket, online, presence, startSocketServer } from './socket-server.ts'

/** The pages that listen to a connection, each with the portions that it was told. */
async function start() {
  const server = await startSocketServer()
  const all = createSocket()
  const told = new Map<string, SocketNews[][]>()
  const listen = passNews(all.socket, (page, news) => told.set(page, [...(told.get(page) ?? []), news]))
  const heard = (page: string): SocketNews[] => (told.get(page) ?? []).flat()
  all.socket.use(account(server.url))
  return { server, ...all, told, heard, listen }
}

test('a page hears the connection from its beginning, in order', async () => {
  const { server, heard, listen } = await start()
  listen('page', null)
  const events = [presence(), presence()]
  ;(await server.link(0)).send(...events)
  await vi.waitFor(() =>
    expect(heard('page')).toEqual([
      { kind: 'state', state: { status: 'connecting' } },
      { kind: 'state', state: online(1) },
      ...events.map((event) => ({ kind: 'event', event })),
    ]),
  )
})

test('what comes in one turn is told as one', async () => {
  const { socket, told, listen, until } = await start()
  listen('page', null)
  await until(online(1))
  const before = told.get('page')?.length
  const events = [presence(), presence(), presence()]
  for (const event of events) socket.emit('event', event as never)
  await vi.waitFor(() =>
    expect(told.get('page')?.slice(before)).toEqual([events.map((event) => ({ kind: 'event', event }))]),
  )
})

test('a page that comes after hears a new connection, from its own cursor, and the one before nothing more', async () => {
  const { server, heard, listen, until } = await start()
  listen('first', null)
  await until(online(1))
  const before = heard('first').length
  listen('second', '5')
  const link = await server.link(1)
  expect(link.request.url).toBe('/ws?cursor=5')
  const event = presence()
  link.send(event)
  await vi.waitFor(() => expect(heard('second').at(-1)).toEqual({ kind: 'event', event }))
  expect(heard('first')).toHaveLength(before)
  expect(heard('second')[0]).toEqual({ kind: 'state', state: { status: 'connecting' } })
})
