// Links with which people make their accounts. Only the hash of what a link carries is kept.

/** @param {import('knex').Knex} db */
export async function up(db) {
  await db.schema.createTable('invites', (table) => {
    table.uuid('id').primary()
    table.binary('code_hash').notNullable().unique({ indexName: 'invites_code_hash_unique' })
    table.uuid('created_by').notNullable().references('users.id').onDelete('cascade').index()
    table.integer('uses').notNullable().defaultTo(0)
    table.integer('max_uses').notNullable()
    table.timestamp('created_at').notNullable().defaultTo(db.fn.now())
    table.timestamp('expires_at').notNullable()
  })
}

/** @param {import('knex').Knex} db */
export async function down(db) {
  await db.schema.dropTable('invites')
}
