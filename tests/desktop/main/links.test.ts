import { describe, expect, it } from 'vitest'
import { readLink, readLinkIn } from '../../../desktop/main/links.ts'

const ID = '0b9c6d1e-5b1c-4c56-8d5f-2f0c0b1a2c3d'

describe('a link', () => {
  it('opens a room or a person', () => {
    expect(readLink(`medallion://room/${ID}`)).toEqual({ kind: 'room', roomId: ID })
    expect(readLink(`MEDALLION://Person/${ID.toUpperCase()}/`)).toEqual({ kind: 'person', userId: ID })
  })

  it.each([
    'medallion://room/',
    `medallion://room/${ID}/messages`,
    `medallion://room/${ID}?x=1`,
    `medallion://settings/${ID}`,
    `medallion:room/${ID}`,
    `https://room/${ID}`,
    `medallion://room/../../${ID}`,
    `medallion://room/${'-'.repeat(36)}`,
    ` medallion://room/${ID}`,
  ])('is not %j', (link) => {
    expect(readLink(link)).toBeNull()
  })

  it('is found among arguments', () => {
    expect(readLinkIn(['medallion', '--flag', `medallion://room/${ID}`])).toEqual({
      kind: 'room',
      roomId: ID,
    })
    expect(readLinkIn(['medallion', '.'])).toBeNull()
  })
})
