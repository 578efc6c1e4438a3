// When a picture was decided on: a change that comes late, from a device that was offline, does not undo a later one.

/** @param {import('knex').Knex} db */
export async function up(db) {
  for (const table of ['users', 'rooms'])
    await db.schema.alterTable(table, (columns) => {
      columns.timestamp('avatar_decided_at')
    })
}

/** @param {import('knex').Knex} db */
export async function down(db) {
  for (const table of ['users', 'rooms'])
    await db.schema.alterTable(table, (columns) => columns.dropColumn('avatar_decided_at'))
}
