// Delta tables of the lake as Trino reads and writes them. Each writer's folder is a schema; a folder that is new to Trino is
// registered when it is read first.
import {basename, dirname} from 'node:path'
import {isConnectionLoss, type TrinoServer} from './trino-server.ts'

/** Trino's own tables, by name: statements in which `{t}` is the table and `{at}` its location. */
const recipes: Readonly<Record<string, readonly string[]>> = {
  tr_types: [
    `create table {t} (text varchar, small tinyint, short smallint, int integer, long bigint, single real, double double, flag boolean,
     day date, moment timestamp(3) with time zone, amount decimal(10,2), large decimal(38,4)) with ({at})`,
    `insert into {t} values
     ('Zoë', -128, -32768, -2147483648, -9223372036854775807 - 1, real '0.1', 0.1e0, true, date '2024-02-29',
      timestamp '2024-02-29 01:02:03.456 UTC', 1.50, decimal '1234567890123456789012345678901234.5678'),
     ('', 127, 32767, 2147483647, 9223372036854775807, real '-3.4e38', 4.9e-324, false, date '1900-01-01',
      timestamp '1969-12-31 23:59:59.001 UTC', -99999999.99, decimal '-0.0001'),
     (null, null, null, null, null, null, null, null, null, null, null, null)`,
  ],
  tr_lists: [
    'create table {t} (id bigint, words array(varchar)) with ({at})',
    "insert into {t} values (1, array['a', 'b']), (2, null), (3, array['é'])",
  ],
  tr_partition_odd: [
    "create table {t} (id bigint, site varchar) with ({at}, partitioned_by = array['site'])",
    "insert into {t} values (1, 'A/B c:%'), (2, 'x y'), (3, 'a=b'), (4, 'x%20y'), (5, null)",
  ],
  tr_partitions: [
    `create table {t} (id bigint, day date, whole integer, flag boolean, moment timestamp(3) with time zone)
     with ({at}, partitioned_by = array['day', 'whole', 'flag', 'moment'])`,
    `insert into {t} values (1, date '2024-02-29', -5, true, timestamp '2024-02-29 01:02:03.5 UTC'),
     (2, date '1900-01-01', 0, false, timestamp '1969-12-31 23:59:59 UTC'), (3, null, null, null, null)`,
  ],
  tr_partition_decimal: [
    "create table {t} (id bigint, amount decimal(10,2)) with ({at}, partitioned_by = array['amount'])",
    'insert into {t} values (1, 1.50), (2, -99999999.99), (3, null)',
  ],
  tr_changed: [
    'create table {t} (id bigint, name varchar) with ({at})',
    "insert into {t} select id, concat('n', cast(id as varchar)) from unnest(sequence(1, 10)) as s(id)",
    "update {t} set name = 'changed' where id = 4",
    'delete from {t} where id = 3',
    `merge into {t} t using (select id, 'merged' as name from unnest(sequence(9, 12)) as s(id)) s on t.id = s.id
     when matched then update set name = s.name when not matched then insert values (s.id, s.name)`,
    'alter table {t} execute optimize',
  ],
  tr_checkpointed: [
    'create table {t} (id bigint, name varchar) with ({at}, checkpoint_interval = 3)',
    ...Array.from({length: 7}, (_, each) => `insert into {t} values (${each}, 'n${each}')`),
  ],
  tr_deletion_vectors: [
    'create table {t} (id bigint, name varchar) with ({at}, deletion_vectors_enabled = true)',
    "insert into {t} select id, concat('n', cast(id as varchar)) from unnest(sequence(1, 10000)) as s(id)",
    'delete from {t} where id % 7 = 0',
    "update {t} set name = 'changed' where id = 1",
  ],
  tr_mapped_by_name: [
    "create table {t} (id bigint, was varchar, gone varchar, site varchar) with ({at}, column_mapping_mode = 'NAME', partitioned_by = array['site'])",
    "insert into {t} values (1, 'a', 'x', 's1'), (2, 'b', 'y', 's2')",
    'alter table {t} rename column was to name',
    'alter table {t} drop column gone',
    'alter table {t} add column late integer',
    "insert into {t} (id, name, site, late) values (3, 'c', 's1', 7)",
  ],
  tr_evolved: [
    'create table {t} (id bigint, name varchar) with ({at})',
    "insert into {t} values (1, 'n1')",
    'alter table {t} add column added date',
    "insert into {t} values (2, 'n2', date '2024-01-31')",
  ],
  tr_timestamp_ntz: [
    'create table {t} (id bigint, moment timestamp(6)) with ({at})',
    "insert into {t} values (1, timestamp '2024-02-29 01:02:03.000004'), (2, null)",
  ],
}

/** What breaks a constraint of the table `constrained`, by column; the row of nulls is let in. */
const brokenRows: Readonly<Record<string, string>> = {
  real: '0.25e0',
  text: "'x'",
  flag: 'cast(null as boolean)',
  day: "date '1899-12-31'",
  moment: "timestamp '1969-12-31 23:59:59.998 UTC'",
  amount: 'cast(12.3401 as decimal(18,4))',
}

/** What Trino says, and what that means. */
const refusals: Readonly<Record<string, string>> = {
  'Check constraint violation': 'refused',
  'Failed to convert Delta check constraints': 'not understood',
}

const triesPerTable = 3

interface Reading {
  readonly table: string
  readonly rows?: readonly string[]
  readonly error?: string
}

export class TrinoTables {
  readonly #server: TrinoServer
  readonly #bucket: string
  readonly #known = new Set<string>()

  constructor(server: TrinoServer, bucket: string) {
    this.#server = server
    this.#bucket = bucket
  }

  /** Writes every table of its own below the folder and gives their folders. */
  async make(folder: string): Promise<readonly string[]> {
    const made: string[] = []
    for (const [name, statements] of Object.entries(recipes)) {
      const table = `${folder}/${name}`
      await this.#schemaOf(table)
      for (const statement of statements) {
        await this.#server.query(statement.replace('{t}', nameOf(table)).replace('{at}', `location = '${this.#uri(table)}'`))
      }
      this.#known.add(table)
      made.push(table)
    }
    return made
  }

  /** Appends the rows FIRST and FIRST + 1 to a table of ids and names. */
  async append(table: string, first: number): Promise<void> {
    await this.#register(table)
    await this.#server.query(`insert into ${nameOf(table)} values (${first}, 'n${first}'), (${first + 1}, 'n${first + 1}')`)
  }

  /** A folder, or `folder#changes` for its change data feed. */
  async read(table: string): Promise<Reading> {
    for (let tries = 1; ; tries++) {
      try {
        const rows = await (table.endsWith('#changes') ? this.#changesOf(table.replace('#changes', '')) : this.#rowsOf(table))
        return {table, rows}
      } catch (error) {
        if (!isConnectionLoss(error) || tries === triesPerTable) return {table, error: String(error)}
      }
    }
  }

  async #rowsOf(table: string): Promise<readonly string[]> {
    await this.#register(table)
    const columns = await this.#server.query(`describe ${nameOf(table)}`)
    const selected = columns.map(([name, type]) => asText(`"${String(name)}"`, String(type)))
    const rows = await this.#server.query(`select ${selected.join(', ')} from ${nameOf(table)}`)
    return rows.map((row) => JSON.stringify(row.map((value, at) => canonical(value, String(columns[at]?.[1])))))
  }

  async #changesOf(table: string): Promise<readonly string[]> {
    await this.#register(table)
    const [schema, name] = [basename(dirname(table)), basename(table)]
    const feed = `table(lake.system.table_changes(schema_name => '${schema}', table_name => '${name}'))`
    const rows = await this.#server.query(`select cast(id as varchar), name, _change_type, cast(_commit_version as varchar) from ${feed}`)
    return rows.map((row) => JSON.stringify(row))
  }

  /** Sends rows of which a constraint refuses each; one answer a row, as `writers.py` gives it. */
  async tryConstraints(table: string): Promise<readonly string[]> {
    await this.#register(table)
    const answers: string[] = []
    for (const [column, value] of Object.entries(brokenRows)) {
      const answer = await this.#server.query(`insert into ${nameOf(table)} ("${column}") values (${value})`).then(
        () => 'accepted',
        (error: unknown) => Object.entries(refusals).find(([said]) => String(error).includes(said))?.[1] ?? String(error),
      )
      answers.push(`${column} ${answer}`)
    }
    return answers
  }

  async #register(table: string): Promise<void> {
    if (this.#known.has(table)) return
    await this.#schemaOf(table)
    const [schema, name] = [basename(dirname(table)), basename(table)]
    await this.#server.query(`call lake.system.register_table('${schema}', '${name}', '${this.#uri(table)}')`)
    this.#known.add(table)
  }

  async #schemaOf(table: string): Promise<void> {
    await this.#server.query(`create schema if not exists lake.${basename(dirname(table))}`)
  }

  #uri(table: string): string {
    return `s3://${this.#bucket}/${basename(dirname(table))}/${basename(table)}`
  }
}

const nameOf = (table: string) => `lake.${basename(dirname(table))}.${basename(table)}`

/** The column as text that loses nothing on its way through JSON. */
function asText(column: string, type: string): string {
  if (type === 'real' || type === 'double') return `lower(to_hex(to_ieee754_64(cast(${column} as double))))`
  if (type.startsWith('array')) return `array_join(${column}, '|')`
  if (type.endsWith('with time zone')) return `cast(${column} at time zone 'UTC' as varchar)`
  return `cast(${column} as varchar)`
}

/** As canonical.ts writes it. */
function canonical(value: unknown, type: string): string | null {
  if (value === null) return null
  if (!type.startsWith('timestamp')) return String(value)
  const [day, time = ''] = String(value).replace(/ UTC$/, '').split(' ')
  return `${day}T${time.includes('.') ? time.replace(/\.?0+$/, '') : time}Z`
}
