import { expect, onTestFinished, test, vi } from 'vitest'
import { Socket } from '../../../desktop/main/socket.ts'
import { startTcpServer } from './local-server.ts'

// A file of its own: its 10 s are waited for beside the other suites.
test('a handshake without an answer is given up after 10 s, and tried again', async () => {
  const begun = performance.now()
  const connected: number[] = []
  const silent = await startTcpServer(() => connected.push(performance.now() - begun))
  const lines: string[] = []
  const socket = new Socket((line) => lines.push(line))
  onTestFinished(() => socket.use(null))

  socket.use({ server: silent.url, token: 'token' })
  socket.listen(null)
  await vi.waitFor(() => expect(connected).toHaveLength(2), { timeout: 15_000, interval: 50 })

  expect(connected[1]).toBeGreaterThan(9_900)
  expect(lines).toEqual(['socket: Opening handshake has timed out'])
})
