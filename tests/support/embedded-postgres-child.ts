import { startEmbeddedPostgres } from '../../api/embedded/postgres.ts'

/*
 * A process that starts the embedded database in the folder of its first argument, prints its address, and lives until it is killed:
 * what an API is to its database.
 */

const dataDir = process.argv[2] ?? ''
const database = await startEmbeddedPostgres({ dataDir, log: (message) => console.error(message) })
console.log(database.url)
setInterval(() => {}, 60_000)
