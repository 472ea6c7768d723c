// A lake beside the lake: one dataset's tables, and the contracts they are judged by, are written to a store of their own while
// everything else is the lake itself. What is promoted there commits exactly as it would for real, and nobody sees it.
import {layout} from '../lake/layout.ts'
import {type ContentPlacement, placeContent, placeFile} from '../store/content-placement.ts'
import {openStore} from '../store/index.ts'
import type {ObjectStore} from '../store/object-store.ts'
import type {Workspace} from './ports.ts'

const contracts = 'contracts/'

/** The workspace with such a lake; `folder` is private and of the caller, who removes it. */
export async function shadowWorkspace(workspace: Workspace, dataset: string, folder: string): Promise<Workspace> {
  const aside = [`${layout.table('silver', dataset)}/`, `${layout.table('quarantine', dataset)}/`, contracts, layout.referencePrefix]
  const store = shadowStore(await workspace.store(), await openStore({lake: folder}), aside)
  const {root, config, origins, actor, clock} = workspace
  return {
    root,
    config,
    origins,
    actor,
    clock,
    newRunId: () => workspace.newRunId(),
    store: async () => store,
    engine: () => workspace.engine(),
    database: () => workspace.database(),
    source: (name) => workspace.source(name),
    sourceOfFiles: (files, of) => workspace.sourceOfFiles(files, of),
    contracts: () => workspace.contracts(),
    models: () => workspace.models(),
    stagingDirectory: () => workspace.stagingDirectory(),
    close: () => workspace.close(),
  }
}

function shadowStore(lake: ObjectStore, shadow: ObjectStore, aside: readonly string[]): ObjectStore & ContentPlacement {
  const of = (key: string): ObjectStore => (aside.some((prefix) => key.startsWith(prefix)) ? shadow : lake)
  return {
    kind: lake.kind,
    uri: lake.uri,
    head: (key) => of(key).head(key),
    get: (key, options) => of(key).get(key, options),
    stream: (key, options) => of(key).stream(key, options),
    putIfAbsent: (key, body, options) => of(key).putIfAbsent(key, body, options),
    put: (key, body, options) => of(key).put(key, body, options),
    list: (prefix, options) => of(prefix).list(prefix, options),
    delete: (key) => of(key).delete(key),
    capabilities: () => lake.capabilities(),
    localPath: (key) => of(key).localPath(key),
    placeContent: (body, keyOf, options) => placeContent(lake, body, keyOf, options),
    placeFile: (key, path) => placeFile(of(key), key, path),
  }
}
