import path from 'node:path'
import {describe, expect, it} from 'vitest'
import {initFiles} from '../../../src/core/config/init-files.ts'
import {type ConfigFlags, loadConfig} from '../../../src/core/config/load-config.ts'
import {HippoError} from '../../../src/core/errors/hippo-error.ts'

const root = path.resolve('/w/clinic')

interface Given {
  readonly yaml?: string
  readonly env?: Record<string, string>
  readonly flags?: ConfigFlags
  readonly files?: Record<string, string>
  readonly directory?: string
}

function load({yaml = 'name: clinic\n', env = {}, flags = {}, files = {}, directory = root}: Given) {
  const known = new Map([[path.join(root, 'hippo.yaml'), yaml], ...Object.entries(files)])
  const readFile = async (file: string): Promise<string> => {
    const text = known.get(file)
    if (text === undefined) throw Object.assign(new Error('no such file'), {code: 'ENOENT'})
    return text
  }
  return loadConfig({directory, flags, env, readFile})
}

async function failure(given: Given): Promise<HippoError> {
  const error = await load(given).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof HippoError)) throw new Error('expected a HippoError', {cause: error})
  return error
}

describe('loadConfig', () => {
  it('gives defaults for everything an empty hippo.yaml leaves out', async () => {
    const {config} = await load({yaml: ''})

    expect(config).toEqual({
      name: 'clinic',
      lake: path.join(root, '.hippo/lake'),
      s3: {region: 'us-east-1', pathStyle: true},
      database: 'embedded',
      databaseIdleMinutes: 0,
      sources: {},
      pipelines: {},
    })
  })

  it('prefers a flag over the environment, the environment over the file, the file over the default', async () => {
    const yaml = 'name: from-file\nlake: ./file-lake\ndatabase: embedded\ndatabaseIdleMinutes: 3\n'
    const env = {HIPPO_LAKE: 'env-lake', HIPPO_DATABASE_URL: 'postgres://env/db'}

    const {config, origins} = await load({yaml, env, flags: {database: 'postgres://flag/db'}})

    expect(config).toMatchObject({
      name: 'from-file',
      lake: path.join(root, 'env-lake'),
      database: 'postgres://flag/db',
      databaseIdleMinutes: 3,
    })
    expect(Object.fromEntries(origins.map(({key, origin, detail}) => [key, [origin, detail]]))).toMatchObject({
      name: ['file', 'hippo.yaml:1'],
      lake: ['environment', 'HIPPO_LAKE'],
      database: ['flag', '--database'],
      databaseIdleMinutes: ['file', 'hippo.yaml:4'],
      's3.region': ['default', undefined],
    })
  })

  it('treats an empty variable as unset', async () => {
    const {config} = await load({yaml: 'lake: ./file-lake\n', env: {HIPPO_LAKE: ''}})

    expect(config.lake).toBe(path.join(root, 'file-lake'))
  })

  it('reads a secret from the file that the _FILE variable names, and never shows it', async () => {
    const env = {HIPPO_DATABASE_URL_FILE: '/run/secrets/db'}
    const files = {'/run/secrets/db': 'postgres://hippo:s3cret@db:5432/clinic?sslmode=require\n'}

    const {config, origins} = await load({env, files})

    expect(config.database).toBe('postgres://hippo:s3cret@db:5432/clinic?sslmode=require')
    expect(origins.find(({key}) => key === 'database')).toEqual({
      key: 'database',
      value: 'postgres://hippo:••••@db:5432/clinic?sslmode=require',
      origin: 'environment',
      detail: 'HIPPO_DATABASE_URL_FILE',
      secret: true,
    })
    expect(JSON.stringify(origins)).not.toContain('s3cret')
  })

  it('refuses a variable that is set together with its file', async () => {
    const error = await failure({env: {HIPPO_LAKE: 'a', HIPPO_LAKE_FILE: '/b'}})

    expect(error).toMatchObject({code: 'CONFIG_INVALID', message: 'HIPPO_LAKE and HIPPO_LAKE_FILE are both set'})
  })

  it('fills in variables, with defaults, files and an escape', async () => {
    const yaml = `name: \${SITE:-clinic}\nlake: "\${BASE}/lake-$\${x}"\ns3: {secretKey: "\${KEY}", pathStyle: "\${STYLE:-false}"}\n`

    const {config} = await load({yaml, env: {BASE: '/data', KEY_FILE: '/k'}, files: {'/k': 'topsecret'}})

    expect(config).toMatchObject({name: 'clinic', lake: `/data/lake-\${x}`, s3: {secretKey: 'topsecret', pathStyle: false}})
  })

  it('points at a variable that is not set', async () => {
    const error = await failure({yaml: `name: clinic\nlake: \${NOWHERE}/lake\n`})

    expect(error).toMatchObject({
      code: 'CONFIG_VARIABLE_UNSET',
      message: 'variable NOWHERE is not set',
      at: {file: 'hippo.yaml', line: 2, column: 7, snippet: `lake: \${NOWHERE}/lake`},
    })
  })

  it('reads sources and pipelines', async () => {
    const yaml = `sources:
  ehr: {kind: files, path: inbox/ehr, match: {patient: "patients*.csv", observation: ["obs*.csv", "lab*.csv"]}}
pipelines:
  nightly: {steps: [ingest, promote silver], schedule: "15 2 * * *"}
`

    const {config} = await load({yaml})

    expect(config.sources).toEqual({
      ehr: {
        kind: 'files',
        path: 'inbox/ehr',
        match: {patient: ['patients*.csv'], observation: ['obs*.csv', 'lab*.csv']},
        pathsArePhi: false,
        delivery: 'date',
      },
    })
    expect(config.pipelines).toEqual({nightly: {steps: ['ingest', 'promote silver'], schedule: '15 2 * * *'}})
  })

  const located: readonly [name: string, yaml: string, code: string, place: string, message: string, hint?: string][] = [
    ['an unknown key', 'nam: x\n', 'CONFIG_KEY_UNKNOWN', '1:1', 'unknown key nam', 'did you mean name?'],
    [
      'an unknown key of a source',
      'sources:\n  ehr:\n    kind: files\n    path: in\n    mach: {}\n    match: {}\n',
      'CONFIG_KEY_UNKNOWN',
      '5:5',
      'unknown key sources.ehr.mach',
      'did you mean match?',
    ],
    [
      'a key of a later version',
      'notifications: {}\n',
      'CONFIG_INVALID',
      '1:1',
      'notifications is not available in this version',
      'remove it',
    ],
    ['a wrong type', 'name: [a]\n', 'CONFIG_INVALID', '1:7', 'name must be text'],
    ['a list where keys belong', 'sources: [a]\n', 'CONFIG_INVALID', '1:10', 'sources must be a group of keys'],
    ['a document that is a list', '- name\n', 'CONFIG_INVALID', '1:1', 'hippo.yaml must be a group of keys'],
    ['a missing value', 'sources:\n  ehr: {kind: files, match: {}}\n', 'CONFIG_VALUE_MISSING', '2:3', 'sources.ehr.path is missing'],
    [
      'a source kind of a later version',
      'sources:\n  x: {kind: fhir, path: a}\n',
      'CONFIG_INVALID',
      '2:13',
      'sources.x.kind cannot be used: source kind fhir is not available in this version; files is',
    ],
    [
      'a source kind that never was',
      'sources:\n  x: {kind: fax}\n',
      'CONFIG_INVALID',
      '2:13',
      'sources.x.kind is not a source kind; there is: files',
    ],
    [
      'a lake in a store that hippo does not know',
      'lake: gs://bucket/x\n',
      'CONFIG_INVALID',
      '1:7',
      'lake must be a folder or s3://bucket/prefix',
    ],
    [
      'a database that is no PostgreSQL',
      'database: mysql://x/y\n',
      'CONFIG_INVALID',
      '1:11',
      'database must be embedded or a URL that starts with postgres://',
    ],
    [
      'a step that does not exist',
      'pipelines:\n  p: {steps: [ingest, promote bronze]}\n',
      'CONFIG_INVALID',
      '2:23',
      'pipelines.p.steps.1 must be one of ingest, promote silver, promote gold, publish',
    ],
    [
      'a schedule that is no cron line',
      'pipelines:\n  p: {steps: [ingest], schedule: daily}\n',
      'CONFIG_INVALID',
      '2:34',
      'pipelines.p.schedule must be five cron fields, for example "15 2 * * *"',
    ],
    ['a key written twice', 'name: a\nname: b\n', 'CONFIG_INVALID', '2:1', 'Map keys must be unique'],
    ['broken YAML', 'name: "a\n', 'CONFIG_INVALID', '2:1', 'Missing closing "quote'],
  ]
  it.each(located)('points at %s', async (_name, yaml, code, place, message, hint) => {
    const error = await failure({yaml})

    expect(error.message).toBe(message)
    expect(error.code).toBe(code)
    expect(`${error.at?.line}:${error.at?.column}`).toBe(place)
    expect(error.at?.file).toBe('hippo.yaml')
    if (hint !== undefined) expect(error.hint).toBe(hint)
  })

  it('reports the first of several problems', async () => {
    const error = await failure({yaml: 'lake: 3\nnam: x\ndatabase: 4\n'})

    expect(error).toMatchObject({message: 'lake must be text', at: {line: 1}})
  })

  it('shows no line that may hold a secret', async () => {
    const error = await failure({yaml: 's3: {secretKey: [hunter2]}\n'})

    expect(error.at).toEqual({file: 'hippo.yaml', line: 1, column: 17})
    expect(JSON.stringify([error.message, error.hint, error.at, error.details])).not.toContain('hunter2')
  })

  it('names the variable or the flag that holds a wrong value', async () => {
    const fromEnvironment = await failure({env: {HIPPO_S3_PATH_STYLE: 'yes'}})
    const fromFlag = await failure({flags: {database: 'oracle'}})

    expect(fromEnvironment.message).toBe('HIPPO_S3_PATH_STYLE must be true or false')
    expect(fromFlag.message).toBe('--database must be embedded or a URL that starts with postgres://')
  })
})

describe('finding the workspace', () => {
  it('searches upward from the directory', async () => {
    const found = await load({directory: path.join(root, 'contracts/deep')})

    expect(found.root).toBe(root)
  })

  it('takes the folder that --workspace or HIPPO_WORKSPACE names, and looks nowhere else', async () => {
    const byFlag = await load({directory: '/elsewhere', flags: {workspace: root}, env: {HIPPO_WORKSPACE: '/nowhere'}})
    const wrong = await failure({env: {HIPPO_WORKSPACE: '/nowhere'}})

    expect(byFlag.root).toBe(root)
    expect(wrong).toMatchObject({code: 'CONFIG_NOT_FOUND', message: 'HIPPO_WORKSPACE names /nowhere, which has no hippo.yaml'})
  })

  it('says where it looked when there is none', async () => {
    const error = await failure({directory: '/elsewhere/deep'})

    expect(error).toMatchObject({code: 'CONFIG_NOT_FOUND', message: 'there is no hippo.yaml in /elsewhere/deep or above it'})
  })

  it('tells a file that may not be read from one that is not there', async () => {
    const denied = loadConfig({
      directory: root,
      flags: {},
      env: {},
      readFile: async () => {
        throw Object.assign(new Error('denied'), {code: 'EACCES'})
      },
    })

    await expect(denied).rejects.toMatchObject({code: 'CONFIG_UNREADABLE', exitCode: 4})
  })
})

describe('initFiles', () => {
  it('makes a hippo.yaml that loads', async () => {
    const yaml = initFiles({name: 'ward-3'}).find((file) => file.path === 'hippo.yaml')?.text ?? ''

    const {config} = await load({yaml})

    expect(config.name).toBe('ward-3')
    expect(Object.keys(config.sources)).toEqual(['inbox'])
    expect(config.pipelines.nightly?.steps).toEqual(['ingest', 'promote silver', 'promote gold', 'publish'])
  })
})
