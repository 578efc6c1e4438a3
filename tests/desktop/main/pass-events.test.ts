import { expect, test, vi } from 'vitest'
import type { ServerEvent } from '../../../api/contract/events.ts'
import { passEvents } from '../../../desktop/main/pass-events.ts'
import { account, createSocket, online, presence, startSocketServer } from './socket-server.ts'

/** A page, and the connection whose events it is to be told. */
async function start() {
  const server = await startSocketServer()
  const all = createSocket()
  const told: ServerEvent[] = []
  const listen = passEvents(all.socket, (event) => told.push(event))
  return { server, ...all, told, listen }
}

test('what is told before the page listens comes when it does, in order, and once', async () => {
  const { server, socket, events, told, listen } = await start()
  socket.use(account(server.url))
  const early = [presence(), presence(), presence()]
  const link = await server.link(0)
  link.send(...early)
  await vi.waitFor(() => expect(events).toHaveLength(3))
  expect(told).toEqual([])

  listen()
  expect(told).toEqual(early)
  const late = presence()
  link.send(late)
  await vi.waitFor(() => expect(told).toEqual([...early, late]))
  expect(socket.state).toEqual(online(1))
  expect(server.links).toHaveLength(1)
})

test('a page that listens before there is a connection hears it from its beginning', async () => {
  const { server, socket, told, listen } = await start()
  listen()
  socket.use(account(server.url))
  listen()
  const event = presence()
  ;(await server.link(0)).send(event)
  await vi.waitFor(() => expect(told).toEqual([event]))
  expect(server.links).toHaveLength(1)
})

test('of a connection that is over nothing is held', async () => {
  const { server, socket, events, told, listen, until } = await start()
  socket.use(account(server.url))
  const link = await server.link(0)
  link.send(presence())
  await vi.waitFor(() => expect(events).toHaveLength(1))
  link.socket.close(1001)
  await until(online(2))
  const news = presence()
  ;(await server.link(1)).send(news)
  await vi.waitFor(() => expect(events).toHaveLength(2))
  listen()
  expect(told).toEqual([news])
})

test('a page that was loaded again hears a new connection from its beginning', async () => {
  const { server, socket, told, listen, until } = await start()
  socket.use(account(server.url))
  await until(online(1))
  listen()
  expect(socket.state).toEqual(online(1))

  listen()
  expect(socket.state).toEqual({ status: 'connecting' })
  const event = presence()
  ;(await server.link(1)).send(event)
  await vi.waitFor(() => expect(told).toEqual([event]))
  expect(socket.state).toEqual(online(2))
})

test.each([
  [1_000, 'are all held'],
  [1_001, 'are not held: the connection begins anew'],
])('%d events %s', async (count) => {
  const { server, socket, events, told, listen } = await start()
  socket.use(account(server.url))
  ;(await server.link(0)).send(...Array.from({ length: count }, () => presence()))
  await vi.waitFor(() => expect(events).toHaveLength(count))
  listen()
  expect(told).toHaveLength(count > 1_000 ? 0 : count)
  expect(socket.state).toEqual(count > 1_000 ? { status: 'connecting' } : online(1))
})
