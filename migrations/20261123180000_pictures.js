// Rooms have pictures too; people have roles; former pictures, decisions about pictures, and how often they change are kept.

/** @param {import('knex').Knex} db */
export async function up(db) {
  await db.schema.alterTable('users', (table) => {
    table.text('avatar_thumbhash')
    table.text('role').notNullable().defaultTo('member').checkIn(['admin', 'member'], 'users_role_check')
  })
  // Whoever came first runs the workspace.
  await db.raw(`update users set role = 'admin'
    where id = (select id from users order by created_at, id limit 1)`)
  await db.schema.alterTable('rooms', (table) => {
    table.text('avatar_url')
    table.text('avatar_thumb_url')
    table.text('avatar_key')
    table.integer('avatar_version').notNullable().defaultTo(0)
    table.text('avatar_thumbhash')
  })
  await db.schema.alterTable('avatar_uploads', (table) => {
    table.uuid('room_id').references('rooms.id').onDelete('cascade').index()
  })
  await db.schema.createTable('avatar_recents', (table) => {
    table.uuid('id').primary()
    table.uuid('user_id').notNullable().references('users.id').onDelete('cascade')
    table.binary('full_file').notNullable()
    table.binary('thumb_file').notNullable()
    table.text('full_sha256').notNullable()
    table.text('served_key').notNullable()
    table.text('thumbhash').notNullable()
    table.timestamp('used_at').notNullable().defaultTo(db.fn.now())
    table.unique(['user_id', 'full_sha256'])
  })
  await db.schema.createTable('avatar_changes', (table) => {
    table.specificType('id', 'bigint generated always as identity').primary()
    table.uuid('user_id').notNullable().references('users.id').onDelete('cascade')
    table.timestamp('changed_at').notNullable().defaultTo(db.fn.now())
    table.index(['user_id', 'changed_at'])
  })
  await db.schema.createTable('moderation_actions', (table) => {
    table.uuid('id').primary()
    table.uuid('actor_id').references('users.id').onDelete('set null')
    table.uuid('subject_id').notNullable().references('users.id').onDelete('cascade')
    table.text('action').notNullable()
    table.text('reason').notNullable()
    table.timestamp('created_at').notNullable().defaultTo(db.fn.now())
    table.timestamp('seen_at')
    table.index(['subject_id', 'created_at'])
  })
}

/** @param {import('knex').Knex} db */
export async function down(db) {
  await db.schema.dropTable('moderation_actions')
  await db.schema.dropTable('avatar_changes')
  await db.schema.dropTable('avatar_recents')
  await db.schema.alterTable('avatar_uploads', (table) => table.dropColumn('room_id'))
  await db.schema.alterTable('rooms', (table) =>
    table.dropColumns('avatar_url', 'avatar_thumb_url', 'avatar_key', 'avatar_version', 'avatar_thumbhash'),
  )
  await db.schema.alterTable('users', (table) => table.dropColumns('avatar_thumbhash', 'role'))
}
