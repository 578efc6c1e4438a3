import { randomUUID } from 'node:crypto'
import { chatEndpoints } from '../api/contract/chat.ts'
import { sessionEndpoints, type User } from '../api/contract/session.ts'
import { Client } from '../tests/support/client.ts'
import { savePicture } from '../tests/support/upload.ts'
import { PEOPLE, ROOM } from './people.ts'
import { GRACE, renditionsOf } from './portrait.ts'

/** Somebody of the demo, signed in. */
export interface DemoPerson {
  user: User
  token: string
  client: Client
}

/** Makes the demo workspace where there is none yet, through the API as anybody would, and signs both people in. */
export async function seed(url: string): Promise<{ ada: DemoPerson; grace: DemoPerson }> {
  const ada = await signIn(url, PEOPLE.ada)
  const grace = await signIn(url, PEOPLE.grace)
  const { rooms } = await ada.client.ok(chatEndpoints.listRooms, {})
  if (rooms.length === 0) {
    await savePicture(grace.client, await renditionsOf(GRACE))
    await seedDirectChat(ada, grace)
    await seedRoom(ada, grace)
  }
  return { ada, grace }
}

async function signIn(url: string, person: (typeof PEOPLE)[keyof typeof PEOPLE]): Promise<DemoPerson> {
  const anyone = new Client(url, null)
  const answer = await anyone.call(sessionEndpoints.register, person)
  const { token, user } =
    answer.status === 201
      ? sessionEndpoints.register.response.parse(answer.body)
      : await anyone.ok(sessionEndpoints.login, { username: person.username, password: person.password })
  return { token, user, client: new Client(url, token) }
}

async function seedDirectChat(ada: DemoPerson, grace: DemoPerson): Promise<void> {
  const { room } = await ada.client.ok(chatEndpoints.openDm, { userId: grace.user.id })
  await say(room.id, [
    [ada, 'Grace, have you seen the new build?'],
    [grace, 'Just now. The window opens before I can lift my hand from the mouse.'],
    [
      grace,
      'I still carry a wire of 30 centimetres with me: one nanosecond. People should waste fewer of them.',
    ],
    [ada, 'Then you will like the profile pictures. They change everywhere at once.'],
    [grace, 'Show me. You have none yet!'],
  ])
}

async function seedRoom(ada: DemoPerson, grace: DemoPerson): Promise<void> {
  const { room } = await grace.client.ok(chatEndpoints.createRoom, { name: ROOM, memberIds: [ada.user.id] })
  await say(room.id, [
    [grace, 'Welcome to the engine room. Notes on the compiler go here.'],
    [ada, 'Note G is finished: the Bernoulli numbers come out right, after the correction in operation 4.'],
    [ada, 'The engine weaves algebraical patterns just as the loom weaves flowers and leaves.'],
    [grace, 'Lovely. I have found the fault in relay 70, by the way. It had wings.'],
    [grace, 'Taped it into the logbook.'],
    [ada, 'The first actual case, then. Shall we meet about the manual at three?'],
    [grace, 'Three is good. I bring the wire.'],
  ])
}

async function say(roomId: string, lines: Array<[DemoPerson, string]>): Promise<void> {
  for (const [person, body] of lines)
    await person.client.ok(chatEndpoints.sendMessage, { id: roomId, clientId: randomUUID(), body })
  for (const person of new Set(lines.map(([speaker]) => speaker)))
    await person.client.ok(chatEndpoints.markRead, { id: roomId, seq: lines.length })
}
