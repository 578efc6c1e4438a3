import { randomUUID } from 'node:crypto'
import sharp, { type Region } from 'sharp'
import { chatEndpoints, type Room } from '../api/contract/chat.ts'
import { sessionEndpoints } from '../api/contract/session.ts'
import { Client } from '../tests/support/client.ts'
import type { Renditions } from '../tests/support/photos.ts'
import { realPicture, type RealPicture } from '../tests/support/photos/real-photos.ts'
import { savePicture, saveRoomPicture } from '../tests/support/upload.ts'
import { ADA, GRACE, renditionsOf } from './portrait.ts'
import type { DemoPerson } from './seed.ts'

/** The workspace of the screenshots: whose window is photographed, and the room that is open in it. */
export interface Gallery {
  self: DemoPerson
  launch: Room
}

/** Makes a workspace as a team has it after a while, at an API that has none: people and rooms with pictures, and what they say. */
export async function fillGallery(url: string): Promise<Gallery> {
  const ada = await join(url, 'ada', 'Ada Lovelace')
  const grace = await join(url, 'grace', 'Grace Hopper')
  const eileen = await join(url, 'eileen', 'Eileen Collins')
  const lav = await join(url, 'lav', 'Lav Varshney')
  const mia = await join(url, 'mia', 'Mia Okafor')
  const noor = await join(url, 'noor', 'Noor Haddad')
  await savePicture(ada.client, await renditionsOf(ADA))
  await savePicture(grace.client, await renditionsOf(GRACE))
  await savePicture(
    eileen.client,
    await crop('astronaut.webp', { left: 110, top: 10, width: 250, height: 250 }),
  )
  await savePicture(lav.client, await crop('camera.png', { left: 130, top: 40, width: 220, height: 220 }))
  await savePicture(mia.client, await crop('chelsea.webp', { left: 90, top: 20, width: 260, height: 260 }))

  await chatWith(noor, eileen, [[noor, 'The keys are at the front desk.']])
  await chatWith(mia, eileen, [
    [eileen, 'Is that your cat?'],
    [mia, 'She runs the place. I only work here.'],
  ])
  await chatWith(grace, eileen, [
    [eileen, 'Grace, have you seen the new build?'],
    [grace, 'Just now. It opens before I can lift my hand from the mouse.'],
  ])

  const coffee = await room(mia, 'Coffee corner', [ada, grace, eileen, lav, noor])
  await saveRoomPicture(
    mia.client,
    coffee.id,
    await crop('coffee.webp', { left: 160, top: 40, width: 320, height: 320 }),
  )
  await say(coffee, [
    [noor, 'The machine is mended.'],
    [mia, 'Best news of the week'],
  ])
  const engine = await room(grace, 'Engine room', [ada, eileen, lav])
  await say(engine, [[lav, 'Note G runs in **0.8 s** now.']])

  const launch = await room(eileen, 'Launch', [ada, grace, lav, mia])
  await saveRoomPicture(
    eileen.client,
    launch.id,
    await crop('rocket.jpg', { left: 150, top: 60, width: 340, height: 340 }),
  )
  await hold(launch, { ada, grace, eileen, lav })
  await eileen.client.ok(chatEndpoints.markRead, { id: engine.id, seq: 1 })
  return { self: eileen, launch }
}

/** What is said before a launch, with all that a message can have. */
async function hold(
  launch: Room,
  { ada, grace, eileen, lav }: Record<'ada' | 'grace' | 'eileen' | 'lav', DemoPerson>,
): Promise<void> {
  const weather = await tell(
    eileen,
    launch,
    'Good morning! Weather is **green** for Thursday. What is still open on our side?',
  )
  await tell(
    lav,
    launch,
    [
      'Three things:',
      '',
      '1. Fuel valve `V-70`: tested, *twice*',
      '2. The manual',
      '3. Somebody feeds Mia’s cat',
    ].join('\n'),
  )
  const answer = await tell(ada, launch, 'I have the manual. First draft by three.')
  await tell(grace, launch, 'Then I read it at four.', answer.id)
  await tell(
    grace,
    launch,
    ['And I found what held the clock back:', '```', 'delay_ns = wire_cm / 29.98', '```'].join('\n'),
  )
  await tell(grace, launch, 'One nanosecond for each 30 cm. The wire was 12 m.')
  const praise = await tell(eileen, launch, 'Lovely find, @grace.')
  await tell(lav, launch, 'A shorter wire is in the post.')
  await tell(
    ada,
    launch,
    'Everybody: please set a picture before Thursday. The badges are printed from them.',
  )
  for (const [person, message, emoji] of [
    [ada, weather, '⚡'],
    [grace, weather, '⚡'],
    [lav, weather, '⚡'],
    [ada, praise, '☕'],
    [lav, praise, '☕'],
    [ada, praise, '❤️'],
  ] as const)
    await person.client.ok(chatEndpoints.addReaction, { id: launch.id, messageId: message.id, emoji })
}

async function join(url: string, username: string, displayName: string): Promise<DemoPerson> {
  const anyone = new Client(url, null)
  const password = 'as good as any other'
  const { token, user } = await anyone.ok(sessionEndpoints.register, { username, displayName, password })
  return { token, user, client: new Client(url, token) }
}

async function room(owner: DemoPerson, name: string, others: DemoPerson[]): Promise<Room> {
  const memberIds = others.map(({ user }) => user.id)
  return (await owner.client.ok(chatEndpoints.createRoom, { name, memberIds })).room
}

async function chatWith(
  person: DemoPerson,
  other: DemoPerson,
  lines: Array<[DemoPerson, string]>,
): Promise<void> {
  const { room: dm } = await other.client.ok(chatEndpoints.openDm, { userId: person.user.id })
  await say(dm, lines)
}

async function say(where: Room, lines: Array<[DemoPerson, string]>): Promise<void> {
  for (const [person, body] of lines) await tell(person, where, body)
}

async function tell({ client }: DemoPerson, { id }: Room, body: string, replyTo?: string) {
  const answered = replyTo === undefined ? {} : { replyToId: replyTo }
  const sent = { id, clientId: randomUUID(), body, ...answered }
  return (await client.ok(chatEndpoints.sendMessage, sent)).message
}

/** The renditions of a square part of a photograph. */
async function crop(name: RealPicture, part: Region): Promise<Renditions> {
  const square = await sharp(realPicture(name)).extract(part).toColourspace('srgb').png().toBuffer()
  const rendition = (side: number): Promise<Buffer> =>
    sharp(square).resize(side, side).webp({ quality: 88 }).toBuffer()
  const [full, thumb] = await Promise.all([rendition(256), rendition(64)])
  return { full, thumb }
}
