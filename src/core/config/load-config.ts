// Finds the workspace and merges its settings: flag > environment > hippo.yaml > default, and remembers for every value where
// it came from. Secrets leave only in `Config`; origins carry them masked. Reads files through `readFile` only.
import {readFile} from 'node:fs/promises'
import path from 'node:path'
import type {Config, ConfigOrigin, PipelineSettings, SourceSettings} from './config.ts'
import {type Environment, type ReadText, readVariable, settingVariables} from './environment.ts'
import {findWorkspace} from './find-workspace.ts'
import {maskSecret} from './mask-secret.ts'
import {readSettings} from './read-settings.ts'
import type {Settings} from './settings-schema.ts'

export interface ConfigFlags {
  /** Folder with hippo.yaml; no search upward then. */
  readonly workspace?: string
  readonly name?: string
  readonly lake?: string
  readonly database?: string
}

export interface LoadConfigOptions {
  /** Where the search for hippo.yaml starts; the current directory when absent. */
  readonly directory?: string
  readonly flags: ConfigFlags
  readonly env: Environment
  /** UTF-8 text of a file; the file system when absent. */
  readonly readFile?: ReadText
}

export interface LoadedConfig {
  readonly root: string
  readonly config: Config
  readonly origins: readonly ConfigOrigin[]
}

type Reading = Pick<Required<LoadConfigOptions>, 'env' | 'readFile'>
type Origin = Pick<ConfigOrigin, 'origin' | 'detail'>

interface Layer {
  readonly settings: Settings
  originOf(path: readonly string[]): Origin
}

/** The configuration of the workspace around `directory`; CONFIG_* errors carry the place in hippo.yaml. */
export async function loadConfig(given: LoadConfigOptions): Promise<LoadedConfig> {
  const options = {...given, readFile: given.readFile ?? ((file: string) => readFile(file, 'utf8'))}
  const {file, root, text} = await findWorkspace(options)
  const layers = [await flagLayer(options.flags), await environmentLayer(options), await fileLayer(text, file, root, options)]
  const origins: ConfigOrigin[] = []
  const pick = <T>(at: readonly string[], read: (settings: Settings) => T | undefined, fallback: T): T => {
    const layer = layers.find(({settings}) => read(settings) !== undefined)
    const value = layer ? (read(layer.settings) ?? fallback) : fallback
    const key = at.join('.')
    if (value !== undefined) origins.push({key, ...maskSecret(key, value), ...(layer?.originOf(at) ?? {origin: 'default'})})
    return value
  }
  const key = pick<string | undefined>(['key'], (s) => s.key, undefined)
  const approval = withFileOrigins('approval', layers[2], toApproval, origins)
  const config: Config = {
    ...(Object.keys(approval).length === 0 ? {} : {approval}),
    ...(key === undefined ? {} : {key}),
    name: pick(['name'], (s) => s.name, defaultName(root)),
    lake: lakeOf(
      root,
      pick(['lake'], (s) => s.lake, './.hippo/lake'),
    ),
    s3: pickS3(pick, root),
    database: pick(['database'], (s) => s.database, 'embedded'),
    databaseIdleMinutes: pick(['databaseIdleMinutes'], (s) => s.databaseIdleMinutes, 0),
    sources: withFileOrigins('sources', layers[2], toSources, origins),
    pipelines: withFileOrigins('pipelines', layers[2], toPipelines, origins),
  }
  return {root, config, origins}
}

type Pick_ = <T>(at: readonly string[], read: (settings: Settings) => T | undefined, fallback: T) => T

const lakeOf = (root: string, lake: string): string => (lake.startsWith('s3://') ? lake : path.resolve(root, lake))

function pickS3(pick: Pick_, root: string): Config['s3'] {
  const optional = <K extends keyof Config['s3']>(key: K): Config['s3'][K] | undefined =>
    pick<Config['s3'][K] | undefined>(['s3', key], (s) => s.s3?.[key] as Config['s3'][K] | undefined, undefined)
  const names = [
    'endpoint',
    'accessKey',
    'secretKey',
    'sessionToken',
    'profile',
    'encryption',
    'encryptionKey',
    'lock',
    'lockDays',
  ] as const
  const given = names.flatMap((name) => {
    const value = optional(name)
    return value === undefined ? [] : [[name, value] as const]
  })
  const ca = optional('ca')
  return {
    ...Object.fromEntries(given),
    ...(ca === undefined ? {} : {ca: path.resolve(root, ca)}),
    region: pick(['s3', 'region'], (s) => s.s3?.region, 'us-east-1'),
    pathStyle: pick(['s3', 'pathStyle'], (s) => s.s3?.pathStyle, true),
  }
}

async function flagLayer({workspace: _, ...flags}: ConfigFlags): Promise<Layer> {
  const settings = await readSettings(flags, {title: ([key]) => `--${String(key)}`})
  return {settings, originOf: ([key]) => ({origin: 'flag', detail: `--${key}`})}
}

async function environmentLayer({env, readFile}: Reading): Promise<Layer> {
  const values: Record<string, unknown> = {}
  const names = new Map<string, string>()
  for (const [variable, [group, key]] of Object.entries(settingVariables) as [string, readonly [string, string?]][]) {
    const found = await readVariable(variable, env, readFile)
    if (!found) continue
    if (key === undefined) values[group] = found.value
    else values[group] = {...(values[group] as object | undefined), [key]: found.value}
    names.set(key === undefined ? group : `${group}.${key}`, found.from)
  }
  const nameOf = (at: readonly PropertyKey[]): string => names.get(at.join('.')) ?? 'the environment'
  return {
    settings: await readSettings(values, {title: nameOf}),
    originOf: (at) => ({origin: 'environment', detail: nameOf(at)}),
  }
}

async function fileLayer(text: string, file: string, root: string, {env, readFile}: Reading): Promise<Layer> {
  const shown = path.relative(root, file)
  // Imported here, so that only commands that open a workspace load the YAML parser.
  const {readYaml} = await import('./yaml-document.ts')
  const document = await readYaml(text, shown, env, readFile)
  const settings = await readSettings(document.value, {at: document.at, title: (at) => at.map(String).join('.') || shown})
  return {settings, originOf: (at) => ({origin: 'file', detail: `${shown}:${document.at(at, 'key').line}`})}
}

function withFileOrigins<T extends object>(
  group: 'sources' | 'pipelines' | 'approval',
  file: Layer | undefined,
  read: (settings: Settings) => T,
  origins: ConfigOrigin[],
): T {
  const values = file ? read(file.settings) : read({})
  for (const [at, value] of leaves([group], values)) {
    origins.push({key: at.join('.'), value, secret: false, ...(file?.originOf(at) ?? {origin: 'default'})})
  }
  return values
}

/** The values at the ends of a group of keys; a list is one value. */
function* leaves(at: readonly string[], value: unknown): Generator<readonly [readonly string[], unknown]> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) yield [at, value]
  else for (const [key, inner] of Object.entries(value)) yield* leaves([...at, key], inner)
}

function toSources(settings: Settings): Readonly<Record<string, SourceSettings>> {
  const entries = Object.entries(settings.sources ?? {})
  return Object.fromEntries(
    entries.map(([key, {controlTotals, ...source}]) => {
      const totals = controlTotals === undefined ? {} : {controlTotals}
      return [key, {...source, pathsArePhi: source.pathsArePhi ?? false, delivery: source.delivery ?? 'date', ...totals}]
    }),
  )
}

function toPipelines(settings: Settings): Readonly<Record<string, PipelineSettings>> {
  const entries = Object.entries(settings.pipelines ?? {})
  return Object.fromEntries(entries.map(([key, {steps, schedule}]) => [key, schedule === undefined ? {steps} : {steps, schedule}]))
}

function toApproval({approval = {}}: Settings): NonNullable<Config['approval']> {
  return Object.fromEntries(Object.entries(approval).filter(([, people]) => people !== undefined))
}

/** What a workspace is called when nobody said: its folder, in the letters that a name may have. */
export function defaultName(root: string): string {
  const name = path
    .basename(root)
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z]+/, '')
  return name === '' ? 'workspace' : name
}
