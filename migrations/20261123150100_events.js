// Changes write their events into the outbox, in their own transaction; the feed moves them into the log, where their
// position is the order in which they are told (docs/adr/0003-event-log.md).

/** @param {import('knex').Knex} db */
export async function up(db) {
  /** @param {import('knex').Knex.CreateTableBuilder} table */
  const content = (table) => {
    table.text('topic').notNullable()
    table.jsonb('event')
    table.jsonb('control')
    table.timestamp('created_at').notNullable().defaultTo(db.fn.now())
  }
  await db.schema.createTable('event_outbox', (table) => {
    table.specificType('id', 'bigint generated always as identity').primary()
    content(table)
  })
  await db.schema.createTable('events', (table) => {
    table.specificType('position', 'bigint generated always as identity').primary()
    content(table)
  })
  await db.raw('create index events_created_at_index on events using brin (created_at)')
}

/** @param {import('knex').Knex} db */
export async function down(db) {
  await db.schema.dropTable('events')
  await db.schema.dropTable('event_outbox')
}
