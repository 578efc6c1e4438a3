import { startEmbeddedObjectStore } from '../../api/embedded/object-store/object-store.ts'

/*
 * An object store in a process of its own, for tests that kill it: the settings come as JSON in the first argument, the endpoint goes
 * out as one line.
 */

const settings = JSON.parse(process.argv[2] ?? '{}')
const store = await startEmbeddedObjectStore({
  ...settings,
  log: (message: string) => console.error(message),
})
console.log(store.endpoint)
