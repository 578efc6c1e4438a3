/** @param {import('knex').Knex} db */
export async function up(db) {
  await db.schema.createTable('avatar_uploads', (table) => {
    table.uuid('id').primary()
    table.uuid('user_id').notNullable().references('users.id').onDelete('cascade').index()
    table.integer('full_bytes').notNullable()
    table.text('full_sha256').notNullable()
    table.integer('thumb_bytes').notNullable()
    table.text('thumb_sha256').notNullable()
    table.timestamp('created_at').notNullable().defaultTo(db.fn.now())
    table.timestamp('expires_at').notNullable().index()
    table.timestamp('completed_at')
  })
  await db.schema.createTable('object_deletions', (table) => {
    table.specificType('id', 'bigint generated always as identity').primary()
    table.text('object_key').notNullable()
    table.integer('attempts').notNullable().defaultTo(0)
    table.timestamp('due_at').notNullable().index()
    table.timestamp('created_at').notNullable().defaultTo(db.fn.now())
  })
}

/** @param {import('knex').Knex} db */
export async function down(db) {
  await db.schema.dropTable('object_deletions')
  await db.schema.dropTable('avatar_uploads')
}
