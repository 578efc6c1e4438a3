// What each account and address has used of its limits. A row whose time has passed limits nothing any more.

/** @param {import('knex').Knex} db */
export async function up(db) {
  await db.raw(`
    create table rate_limits (
      key text primary key,
      free_at timestamptz not null
    );
    create index rate_limits_free_at_index on rate_limits (free_at)`)
}

/** @param {import('knex').Knex} db */
export async function down(db) {
  await db.schema.dropTable('rate_limits')
}
