// All that a workspace holds, without what differs from run to run (ids, times, file names): two workspaces that went through the
// same deliveries must be equal in it, whatever happened on the way.
import {raw} from '../../src/core/postgres/sql.ts'
import type {TestWorkspace} from './workspace.ts'

export type WorkspaceContent = Readonly<Record<string, readonly string[]>>

const catalogQuestions: Readonly<Record<string, string>> = {
  snapshots: `select layer, dataset, version, batch, rows, counts, reasons, contract_version from hippo.snapshots`,
  checks: `select c.layer, c.dataset, c.version, c.id, c.outcome, c.violated, c.denominator from hippo.check_results c`,
  edges: `select distinct from_layer, from_name, from_version, to_layer, to_name, to_version from hippo.lineage_edges`,
  files: `select batch, source, dataset, path, sha256 from hippo.captured_files`,
  models: `select model, version, rows from hippo.model_versions`,
  published: `select table_name, version, previous_version, rows from hippo.published`,
  open: `select id from hippo.runs where state = 'running'`,
}

export async function contentOf(workspace: TestWorkspace, datasets: readonly string[]): Promise<WorkspaceContent> {
  const content: Record<string, readonly string[]> = {}
  for (const layer of ['silver', 'quarantine'] as const) {
    for (const dataset of datasets) {
      const rows = await workspace.rows(layer, dataset)
      content[`${layer} ${dataset}`] = rows.map(({_run, _quarantined_at, ...row}) => JSON.stringify(row)).sort()
    }
  }
  await workspace.use(async (open) => {
    const database = await open.database()
    const ask = async (text: string) => (await database.query(raw(text))).rows.map((row) => JSON.stringify(row)).sort()
    for (const [name, question] of Object.entries(catalogQuestions)) content[`catalog ${name}`] = await ask(question)
    const views = await database.query<{name: string}>(
      raw("select format('%I.%I', schemaname, viewname) as name from pg_views where schemaname in ('silver', 'gold') order by 1"),
    )
    for (const {name} of views.rows) content[`warehouse ${name}`] = await ask(`select to_jsonb(t) as row from ${name} t`)
  })
  return content
}
