import { expect, test } from 'vitest'
import { normaliseServer } from '../../../desktop/main/server-address.ts'

test.each([
  ['chat.example.org', 'https://chat.example.org'],
  ['  Chat.Example.ORG/ ', 'https://chat.example.org'],
  ['chat.example.org:8443', 'https://chat.example.org:8443'],
  ['https://chat.example.org:443/', 'https://chat.example.org'],
  ['http://chat.example.org', 'http://chat.example.org'],
  ['HTTPS://chat.example.org', 'https://chat.example.org'],
  ['example.org/medallion//', 'https://example.org/medallion'],
  ['example.org/medallion?room=1#top', 'https://example.org/medallion'],
  ['münchen.example', 'https://xn--mnchen-3ya.example'],
  ['localhost', 'http://localhost'],
  ['LocalHost:4000', 'http://localhost:4000'],
  ['localhost/medallion', 'http://localhost/medallion'],
  ['127.0.0.1:4000', 'http://127.0.0.1:4000'],
  ['127.0.0.53', 'http://127.0.0.53'],
  ['[::1]:4000', 'http://[::1]:4000'],
  ['https://localhost:4000', 'https://localhost:4000'],
  // Only this very machine is spoken to without encryption, not names and addresses that look alike.
  ['localhost.example.org', 'https://localhost.example.org'],
  ['127.0.0.1.example.org', 'https://127.0.0.1.example.org'],
  ['192.168.0.2:4000', 'https://192.168.0.2:4000'],
])('%j is the server %s', (typed, server) => {
  expect(normaliseServer(typed)).toBe(server)
})

test.each([
  '',
  '   ',
  'https://',
  'two words',
  'ftp://chat.example.org',
  'file:///etc/passwd',
  'javascript://chat.example.org',
  'app://medallion',
  'https://ada@chat.example.org',
  'https://ada:secret@chat.example.org',
  'https://:secret@chat.example.org',
  'chat.example.org:99999',
])('%j is no server', (typed) => {
  expect(normaliseServer(typed)).toBeNull()
})

test('what was made a server stays as it is', () => {
  const server = normaliseServer('localhost:4000/base/') ?? ''
  expect(normaliseServer(server)).toBe(server)
})
