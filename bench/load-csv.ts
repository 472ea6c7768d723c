// hippo's load of one CSV file into the warehouse and nothing else, as a process that can be measured.
// Usage: node bench/load-csv.ts SERVER_FOLDER CSV_FILE COLUMNS_AS_JSON     (prints the number of rows)
import {connectDatabase} from '../src/core/postgres/connect.ts'
import {loadSnapshot, type SnapshotLoad} from '../src/core/warehouse/load.ts'

const [home, file, columns] = process.argv.slice(2)
if (home === undefined || file === undefined || columns === undefined)
  throw new Error('usage: node bench/load-csv.ts SERVER_FOLDER CSV_FILE COLUMNS_AS_JSON')
const database = await connectDatabase({url: 'embedded', home, idleMinutes: 1, env: process.env})
try {
  const load = {dataset: 'twin', version: 1, columns: JSON.parse(columns) as SnapshotLoad['columns'], csvFiles: [file]}
  console.log((await loadSnapshot(database, load)).rows)
} finally {
  await database.close()
}
