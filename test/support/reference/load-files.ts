// Reads every file that plans name, those inside set expressions too.
import {assertTableFile, damagedFile} from '../../../src/core/engine/table-file.ts'
import type {Expr} from '../../../src/core/expr/expr.ts'
import type {Plan, ScanFile} from '../../../src/core/expr/plan.ts'
import {childrenOf, inputsOf} from '../../../src/core/expr/walk.ts'
import {readCsv} from './read-csv.ts'
import {readParquet} from './read-parquet.ts'
import type {FileContent, Files} from './run-plan.ts'

export async function loadFiles(plans: readonly Plan[], exprs: readonly Expr[] = []): Promise<Files> {
  const wanted = new Set<ScanFile>()
  for (const plan of plans) collectFiles(plan, wanted)
  for (const expr of exprs) collectFromExpr(expr, wanted)
  const files = new Map<ScanFile, FileContent>()
  for (const file of wanted) {
    await assertTableFile(file)
    files.set(file, file.format.kind === 'csv' ? readCsv(file.path, file.format) : await readTableFile(file))
  }
  return files
}

async function readTableFile(file: ScanFile): Promise<FileContent> {
  try {
    return await readParquet(file.path)
  } catch (error) {
    throw file.origin === undefined ? error : damagedFile(file.origin, 'its Parquet pages are damaged', error)
  }
}

function collectFiles(plan: Plan, wanted: Set<ScanFile>): void {
  if (plan.kind === 'scan') for (const file of plan.files) wanted.add(file)
  for (const input of inputsOf(plan)) collectFiles(input, wanted)
  for (const expr of exprsOf(plan)) collectFromExpr(expr, wanted)
}

function collectFromExpr(expr: Expr, wanted: Set<ScanFile>): void {
  if ('relation' in expr) collectFiles(expr.relation, wanted)
  for (const child of childrenOf(expr)) collectFromExpr(child, wanted)
}

function exprsOf(plan: Plan): readonly Expr[] {
  if (plan.kind === 'derive' || plan.kind === 'select') return plan.columns.map(({expr}) => expr)
  if (plan.kind === 'filter') return [plan.where]
  if (plan.kind === 'group') return plan.aggregates.flatMap(({of}) => of ?? [])
  return plan.kind === 'verdict' ? plan.of.judgements.map(({when}) => when) : []
}
