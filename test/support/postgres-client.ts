// A process that uses the embedded server, for tests that need several or a killed one:
// `node postgres-client.ts <home> <command> [argument]`. Prints one line of JSON when it is ready.
import {connectDatabase} from '../../src/core/postgres/connect.ts'
import {raw, sql} from '../../src/core/postgres/sql.ts'

const [home = '', command = '', argument = ''] = process.argv.slice(2)
const idleMinutes = Number(process.env.TEST_IDLE_MINUTES ?? '0')
const db = await connectDatabase({url: 'embedded', home, idleMinutes, env: process.env})
const say = (line: unknown): void => console.log(JSON.stringify(line))

if (command === 'insert') {
  await db.withLock('test:table', {waitMs: 30_000, what: 'the test table'}, () =>
    db.query(raw('create table if not exists public.seen (who text primary key)')),
  )
  await db.query(sql`insert into public.seen values (${argument})`)
  const {rows} = await db.query<{cluster: bigint}>(raw('select system_identifier::text as cluster from pg_control_system()'))
  say({cluster: rows[0]?.cluster})
} else if (command === 'hold') {
  await db.withLock(argument, {waitMs: 0, what: 'the test lock'}, async () => {
    say({held: true})
    await new Promise((resume) => setTimeout(resume, 60_000))
  })
} else if (command === 'commit') {
  // Commits row after row and says each one only once it is acknowledged.
  await db.query(raw('create table if not exists public.counted (n int primary key)'))
  for (let n = 0; n < 1_000_000; n++) {
    await db.query(sql`insert into public.counted values (${n})`)
    say({n})
  }
}
await db.close()
