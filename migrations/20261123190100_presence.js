// Who is online at which API process. Unlogged: it is worth nothing after a crash, and is written often.

/** @param {import('knex').Knex} db */
export async function up(db) {
  await db.raw(`
    create unlogged table api_processes (
      id uuid primary key,
      seen_at timestamptz not null default now()
    );
    create unlogged table online_people (
      process_id uuid not null references api_processes (id) on delete cascade,
      user_id uuid not null,
      primary key (process_id, user_id)
    )`)
}

/** @param {import('knex').Knex} db */
export async function down(db) {
  await db.schema.dropTable('online_people')
  await db.schema.dropTable('api_processes')
}
