// Images that messages carry (docs/adr/0012-attachments.md). What a message shows of them stands in its own row.

/** @param {import('knex').Knex} db */
export async function up(db) {
  await db.schema.createTable('attachments', (table) => {
    table.uuid('id').primary()
    table.uuid('room_id').notNullable().references('rooms.id').onDelete('cascade')
    table.uuid('user_id').notNullable().references('users.id').onDelete('cascade')
    table.text('name').notNullable()
    table.text('type').notNullable()
    // As announced.
    table.integer('bytes').notNullable()
    table.text('sha256').notNullable()
    table.timestamp('created_at').notNullable().defaultTo(db.fn.now())
    // When it can no longer be completed; once it is, when it can no longer be sent.
    table.timestamp('expires_at').notNullable()
    // From here on null until it is completed.
    table.text('key')
    table.integer('served_bytes')
    table.integer('width')
    table.integer('height')
    table.text('thumbhash')
    // Null until a message carries it. No reference: it is set before the message has its place.
    table.uuid('message_id')
  })
  // Most are sent and never looked for by these again.
  await db.raw('create index attachments_unsent_by_user on attachments (user_id) where message_id is null')
  await db.raw(
    'create index attachments_unsent_by_expiry on attachments (expires_at) where message_id is null',
  )
  // A message takes what it carries off the queue, while others wait for their turn in the room.
  await db.schema.alterTable('object_deletions', (table) => table.index('object_key'))
  await db.schema.alterTable('messages', (table) => {
    table.jsonb('attachments').notNullable().defaultTo('[]')
  })
}

/** @param {import('knex').Knex} db */
export async function down(db) {
  await db.schema.alterTable('messages', (table) => table.dropColumn('attachments'))
  await db.schema.alterTable('object_deletions', (table) => table.dropIndex('object_key'))
  await db.schema.dropTable('attachments')
}
