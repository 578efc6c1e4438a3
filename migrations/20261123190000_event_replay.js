// Replay needs to know how far back the log reaches, and the feed asks for everything new in one round trip.

/** @param {import('knex').Knex} db */
export async function up(db) {
  // One row: the greatest position that is no longer kept.
  await db.schema.createTable('event_retention', (table) => {
    table.boolean('only').primary().defaultTo(true).checkIn(['true'])
    table.bigint('forgotten').notNullable().defaultTo(0)
  })
  await db('event_retention').insert({ only: true })
  // A log that was pruned before this is known to reach back to its first row only.
  await db.raw('update event_retention set forgotten = coalesce((select min(position) - 1 from events), 0)')

  // One mover at a time, in any process: then positions become visible in their own order. Each statement of a volatile
  // function sees what was committed before it began, so whoever waited for the lock sees what the one before has moved.
  await db.raw(`
    create function advance_events(since bigint, at_most integer)
    returns table (place bigint, entry_topic text, entry_event jsonb, entry_control jsonb)
    language plpgsql as $$
    begin
      perform pg_advisory_xact_lock(4000002);
      with moved as (
        delete from event_outbox where id in (select id from event_outbox order by id limit at_most)
        returning id, topic, event, control)
      insert into events (topic, event, control, created_at)
        select topic, event, control, clock_timestamp() from moved order by id;
      return query
        select position, topic, event, control from events where position > since order by position limit at_most;
    end $$`)
}

/** @param {import('knex').Knex} db */
export async function down(db) {
  await db.raw('drop function advance_events(bigint, integer)')
  await db.schema.dropTable('event_retention')
}
