// What other engines need, from package registries into the user's cache: Python packages from PyPI into one environment, jars by
// Maven. What is there already is used as it is. An engine that cannot be had is a thrown error that says why.
import {spawnSync} from 'node:child_process'
import {cpSync, existsSync, mkdirSync, readdirSync, writeFileSync} from 'node:fs'
import {homedir} from 'node:os'
import {basename, join} from 'node:path'

const packages = ['deltalake==1.6.6', 'polars==2.1.0', 'pyarrow', 'duckdb==1.5.5', 'duckdb-extension-delta==1.5.5', 'chdb==4.4.0']
const sparkPackage = 'pyspark==4.2.0'
const deltaJar = {group: 'io.delta', artifact: 'delta-spark_4.2_2.13', version: '4.4.0'}

export class Toolbox {
  readonly cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'hippo-interop')
  readonly python = join(this.cache, 'venv', 'bin', 'python')
  readonly jars = join(this.cache, 'jars')
  readonly mavenRepository = join(homedir(), '.m2', 'repository')

  /** What the program prints; throws when it fails. */
  run(command: string, args: readonly string[], triesLeft = 3): string {
    const {status, signal, stdout, error} = spawnSync(command, args, {
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {...process.env, HIPPO_INTEROP_JARS: join(this.jars, 'delta')},
    })
    if (status === 0) return stdout
    // Native readers are seen to crash now and then; reading again harms nobody.
    if (signal !== null && triesLeft > 0) return this.run(command, args, triesLeft - 1)
    throw new Error(`${basename(command)} ${args.slice(0, 4).join(' ')} ended with ${status ?? signal ?? error?.message}`)
  }

  pip(...wanted: readonly string[]): void {
    if (!existsSync(this.python)) this.run('python3', ['-m', 'venv', join(this.cache, 'venv')])
    this.run(this.python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...wanted])
  }
}

export function installPythonReaders(tools: Toolbox): void {
  tools.pip(...packages)
}

/** Spark (450 MB) brings most of what Delta needs; only Delta's own jars are put beside it. Needs Java 17. */
export function installSpark(tools: Toolbox): void {
  if (spawnSync('java', ['-version']).status !== 0) throw new Error('there is no java (17) in PATH')
  tools.pip(sparkPackage)
  if (existsSync(join(tools.jars, 'delta'))) return
  const {group, artifact, version} = deltaJar
  mkdirSync(tools.jars, {recursive: true})
  writeFileSync(
    join(tools.jars, 'pom.xml'),
    `<project><modelVersion>4.0.0</modelVersion><groupId>hippo</groupId><artifactId>interop</artifactId><version>1</version>
<dependencies><dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency></dependencies></project>`,
  )
  const copy = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies'
  tools.run('mvn', ['-q', '-f', join(tools.jars, 'pom.xml'), copy, `-DoutputDirectory=${join(tools.jars, 'all')}`])
  for (const name of readdirSync(join(tools.jars, 'all'))) {
    if (/^(?:delta|unitycatalog)-/.test(name)) cpSync(join(tools.jars, 'all', name), join(tools.jars, 'delta', name))
  }
}
