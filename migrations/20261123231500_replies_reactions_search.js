/** @param {import('knex').Knex} db */
export async function up(db) {
  await db.schema.alterTable('messages', (table) => {
    table.jsonb('reactions').notNullable().defaultTo('[]')
    // What was answered: these facts of it never change.
    table.uuid('reply_to_id')
    table.integer('reply_to_seq')
    table.uuid('reply_to_sender_id')
  })
  await db.raw(
    `create index messages_search on messages using gin (to_tsvector('simple', body)) where deleted_at is null`,
  )
}

/** @param {import('knex').Knex} db */
export async function down(db) {
  await db.raw('drop index messages_search')
  await db.schema.alterTable('messages', (table) => {
    table.dropColumns('reactions', 'reply_to_id', 'reply_to_seq', 'reply_to_sender_id')
  })
}
