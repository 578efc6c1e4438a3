/** @param {import('knex').Knex} db */
export async function up(db) {
  await db.schema.createTable('users', (table) => {
    table.uuid('id').primary()
    table.text('username').notNullable()
    table.text('display_name').notNullable()
    table.text('password_hash').notNullable()
    table.text('avatar_url')
    table.text('avatar_thumb_url')
    table.text('avatar_key')
    table.integer('avatar_version').notNullable().defaultTo(0)
    table.timestamp('created_at').notNullable().defaultTo(db.fn.now())
  })
  await db.raw('create unique index users_username_unique on users (lower(username))')

  await db.schema.createTable('sessions', (table) => {
    table.uuid('id').primary()
    table.uuid('user_id').notNullable().references('users.id').onDelete('cascade').index()
    table.binary('token_hash').notNullable().unique({ indexName: 'sessions_token_hash_unique' })
    table.text('device_name')
    table.timestamp('created_at').notNullable().defaultTo(db.fn.now())
    table.timestamp('last_seen_at').notNullable().defaultTo(db.fn.now())
  })
}

/** @param {import('knex').Knex} db */
export async function down(db) {
  await db.schema.dropTable('sessions')
  await db.schema.dropTable('users')
}
