import { id } from '../../api/contract/fields.ts'
import type { Command } from '../bridge.ts'

/** The scheme of links into the program. */
export const LINK_SCHEME = 'medallion'

/** What a link like `medallion://room/<id>` or `medallion://person/<id>` asks for; null where it is none of them. Anybody can write one. */
export function readLink(link: string): Command | null {
  const [, what, given] = /^medallion:\/\/(room|person)\/([0-9a-f-]{36})\/?$/i.exec(link) ?? []
  const { data: parsed } = id.safeParse(given)
  if (what === undefined || parsed === undefined) return null
  return what.toLowerCase() === 'room' ? { kind: 'room', roomId: parsed } : { kind: 'person', userId: parsed }
}

/** The link among a program's arguments, by which Windows and Linux hand it over; null where there is none. */
export function readLinkIn(argv: readonly string[]): Command | null {
  const link = argv.find((argument) => argument.toLowerCase().startsWith(`${LINK_SCHEME}:`))
  return link === undefined ? null : readLink(link)
}
