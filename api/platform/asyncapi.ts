import type { z } from 'zod'
import { clientFrame, MAX_FRAME_BYTES, serverFrame, SESSION_ENDED } from '../contract/events.ts'
import { schemaOf, type Schema } from './json-schema.ts'

/** A kind of frame, by its `type`. */
type Frame = z.ZodObject<{ type: z.ZodLiteral<string> }>

/** A description of the socket as AsyncAPI 3.0 (https://www.asyncapi.com/docs/reference/specification/v3.0.0), made from the contract; `version` is the program's. */
export function describeEvents(version: string): Schema {
  const told = messagesOf(serverFrame.options, 'output')
  const sent = messagesOf(clientFrame.options, 'input')
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Medallion',
      version,
      description:
        'What the WebSocket at /ws tells and takes, each frame one JSON text. The first is `hello`. An event whose type a client does ' +
        'not know is to be passed over. Durable events carry a `cursor`: connecting with the last one, the client hears what it missed.',
    },
    defaultContentType: 'application/json',
    servers: { this: { host: '{host}', protocol: 'wss', variables: { host: { default: 'localhost' } } } },
    channels: {
      socket: {
        address: '/ws',
        description:
          `Opened with the bearer token in the Authorization header; without a valid one it is refused with 401. A frame over ` +
          `${MAX_FRAME_BYTES} bytes closes it with 1009, a flood of them with 1008, the end of the session with ${SESSION_ENDED}.`,
        messages: { ...told, ...sent },
        bindings: {
          ws: {
            method: 'GET',
            query: { type: 'object', properties: { cursor: { type: 'string' } } },
          },
        },
      },
    },
    operations: {
      // From where the server stands, as the specification has it.
      tell: operation('send', Object.keys(told)),
      hear: operation('receive', Object.keys(sent)),
    },
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
  }
}

const messagesOf = (frames: readonly Frame[], io: 'input' | 'output'): Record<string, Schema> =>
  Object.fromEntries(
    frames.map((frame) => [
      frame.shape.type.value.replaceAll(':', '.'),
      { name: frame.shape.type.value, payload: schemaOf(frame, io) },
    ]),
  )

const operation = (action: 'send' | 'receive', names: string[]): Schema => ({
  action,
  channel: { $ref: '#/channels/socket' },
  messages: names.map((name) => ({ $ref: `#/channels/socket/messages/${name}` })),
})
