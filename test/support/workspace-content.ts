// All that a workspace holds, without what differs from run to run (ids, times, file names): two workspaces that went through the
// same deliveries must be equal in it, whatever happened on the way. Of gold only the newest versions count: a run that was
// killed may have built, and even published, one from the part of silver that was there.
import type {Workspace} from '../../src/core/index.ts'
import {raw} from '../../src/core/postgres/sql.ts'
import type {TestWorkspace} from './workspace.ts'

export type WorkspaceContent = Readonly<Record<string, readonly string[]>>

const catalogQuestions: Readonly<Record<string, string>> = {
  snapshots: `select dataset, version, batch, rows, counts, reasons, contract_version from hippo.snapshots where layer = 'silver'`,
  checks: `select dataset, version, id, outcome, violated, denominator from hippo.check_results where layer = 'silver'`,
  edges: `select from_layer, from_name, from_version, to_name, to_version from hippo.lineage_edges where to_layer = 'silver'`,
  files: `select batch, source, dataset, path, sha256 from hippo.captured_files`,
  models: `select distinct on (model) model, rows from hippo.model_versions order by model, version desc`,
  published: `select distinct on (table_name) table_name, rows from hippo.published order by table_name, position desc`,
  proofs: `select action from hippo.audit where action like '%: proved'`,
  open: `select id from hippo.runs where state = 'running'`,
}

export async function contentOf(workspace: TestWorkspace, datasets: readonly string[]): Promise<WorkspaceContent> {
  return workspace.use((open) => contentThrough(open, workspace, datasets))
}

/** The same through a handle that is open already. */
export async function contentThrough(open: Workspace, workspace: TestWorkspace, datasets: readonly string[]): Promise<WorkspaceContent> {
  const content: Record<string, readonly string[]> = {}
  for (const layer of ['silver', 'quarantine'] as const) {
    for (const dataset of datasets) {
      const rows = await workspace.rows(layer, dataset)
      content[`${layer} ${dataset}`] = rows.map(({_run, _quarantined_at, ...row}) => JSON.stringify(row)).sort()
    }
  }
  const database = await open.database()
  const ask = async (text: string) => (await database.query(raw(text))).rows.map((row) => JSON.stringify(row)).sort()
  for (const [name, question] of Object.entries(catalogQuestions)) content[`catalog ${name}`] = await ask(question)
  const views = await database.query<{name: string}>(
    raw("select format('%I.%I', schemaname, viewname) as name from pg_views where schemaname in ('silver', 'gold') order by 1"),
  )
  for (const {name} of views.rows) content[`warehouse ${name}`] = await ask(`select to_jsonb(t) as row from ${name} t`)
  return content
}
