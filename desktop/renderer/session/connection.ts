import { create } from 'zustand'
import type { ConnectionState } from '../../bridge.ts'

/** How the connection to the server is, as main tells it. */
export const useConnection = create<{ connection: ConnectionState }>(() => ({
  connection: { status: 'connecting' },
}))

/** Takes over what main told. */
export const setConnection = (connection: ConnectionState): void => useConnection.setState({ connection })
