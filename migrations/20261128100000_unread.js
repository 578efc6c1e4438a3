/** @param {import('knex').Knex} db */
export async function up(db) {
  // What each member of a room has not read, without a look at the messages themselves.
  await db.raw(
    'create index messages_unread on messages (room_id, seq) include (sender_id) where deleted_at is null',
  )
}

/** @param {import('knex').Knex} db */
export async function down(db) {
  await db.raw('drop index messages_unread')
}
