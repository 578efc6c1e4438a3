/** @param {import('knex').Knex} db */
export async function up(db) {
  await db.schema.createTable('rooms', (table) => {
    table.uuid('id').primary()
    table.text('kind').notNullable().checkIn(['group', 'dm'])
    table.text('name')
    // The two people of a direct chat in fixed order: one chat per pair, whoever opens it first.
    table.text('dm_key').unique({ indexName: 'rooms_dm_key_unique' })
    table.integer('last_seq').notNullable().defaultTo(0)
    table.timestamp('created_at').notNullable().defaultTo(db.fn.now())
  })
  await db.schema.createTable('room_members', (table) => {
    table.uuid('room_id').notNullable().references('rooms.id').onDelete('cascade')
    table.uuid('user_id').notNullable().references('users.id').onDelete('cascade').index()
    table.integer('last_read_seq').notNullable().defaultTo(0)
    table.timestamp('joined_at').notNullable().defaultTo(db.fn.now())
    table.primary(['room_id', 'user_id'])
  })
  await db.schema.createTable('messages', (table) => {
    table.uuid('id').primary()
    table.uuid('room_id').notNullable().references('rooms.id').onDelete('cascade')
    table.integer('seq').notNullable()
    table.uuid('sender_id').notNullable().references('users.id')
    table.uuid('client_id').notNullable()
    table.text('body').notNullable()
    table.timestamp('created_at').notNullable().defaultTo(db.fn.now())
    table.timestamp('edited_at')
    table.timestamp('deleted_at')
    table.unique(['room_id', 'seq'])
    table.unique(['room_id', 'sender_id', 'client_id'])
  })
}

/** @param {import('knex').Knex} db */
export async function down(db) {
  await db.schema.dropTable('messages')
  await db.schema.dropTable('room_members')
  await db.schema.dropTable('rooms')
}
