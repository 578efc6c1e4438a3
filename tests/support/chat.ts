import { randomUUID } from 'node:crypto'
import { chatEndpoints, type Message, type Room } from '../../api/contract/chat.ts'
import type { Person } from './test-app.ts'

/** Creates a group room of `owner` and the others. */
export async function openRoom(owner: Person, ...others: Person[]): Promise<Room> {
  const memberIds = others.map(({ user }) => user.id)
  return (await owner.client.ok(chatEndpoints.createRoom, { name: 'Room', memberIds })).room
}

/** Opens the direct chat of two people. */
export async function openDm(one: Person, other: Person): Promise<Room> {
  return (await one.client.ok(chatEndpoints.openDm, { userId: other.user.id })).room
}

/** Says something in a room. */
export async function say(person: Person, roomId: string, body = 'Hello'): Promise<Message> {
  const clientId = randomUUID()
  return (await person.client.ok(chatEndpoints.sendMessage, { id: roomId, clientId, body })).message
}

/** The room as this person sees it now. */
export async function see(person: Person, roomId: string): Promise<Room> {
  return (await person.client.ok(chatEndpoints.getRoom, { id: roomId })).room
}
