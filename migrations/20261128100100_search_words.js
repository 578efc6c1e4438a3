// Search by words as api/contract/words.ts has them. PostgreSQL's own parser keeps addresses, file names and decimals in one piece, in
// which nobody finds the parts; so it gets the words alone, of what was said and of what is looked for.

const WORD = /[\p{Letter}\p{Number}\p{Mark}\p{Unassigned}\p{Private_Use}\p{Surrogate}]/u
const LAST = 0x10_ffff

/** @param {import('knex').Knex} db */
export async function up(db) {
  // The index before stays for the release before; a later one takes it away.
  await db.raw(`
    create function search_words(text) returns text immutable strict parallel safe language sql
    return lower(regexp_replace($1 collate "C", '[${separators()}]+', ' ', 'g') collate ${await caseCollation(db)})`)
  await db.raw(`
    create function search_query(text[]) returns tsquery immutable strict parallel safe language sql
    return (select to_tsquery('simple', string_agg(search_words(word) || ':*', ' & ')) from unnest($1) word)`)
  await db.raw(
    `create index messages_search_words on messages using gin (to_tsvector('simple', search_words(body)))
     where deleted_at is null`,
  )
}

/** @param {import('knex').Knex} db */
export async function down(db) {
  await db.raw('drop index messages_search_words')
  await db.raw('drop function search_query(text[])')
  await db.raw('drop function search_words(text)')
}

/** Everything that is part of no word, as ranges of a regular expression: what a database's own classes hold depends on its locale. */
function separators() {
  let ranges = ''
  for (let code = 1; code <= LAST; code += 1) {
    if (isWord(code)) continue
    const first = code
    while (code < LAST && !isWord(code + 1)) code += 1
    ranges += code === first ? escaped(first) : `${escaped(first)}-${escaped(code)}`
  }
  return ranges
}

/** @param {number} code */
const isWord = (code) => WORD.test(String.fromCodePoint(code))

/** @param {number} code */
const escaped = (code) => `\\U${code.toString(16).padStart(8, '0')}`

/**
 * What knows upper and lower case beyond English: the embedded database's own locale does not.
 * @param {import('knex').Knex} db
 */
async function caseCollation(db) {
  /** @type {{ rows: Array<{ collname: string }> }} */
  const { rows } = await db.raw(
    `select collname from pg_collation where collname in ('pg_c_utf8', 'und-x-icu') order by collname limit 1`,
  )
  return `"${rows[0]?.collname ?? 'default'}"`
}
