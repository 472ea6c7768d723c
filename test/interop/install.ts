// What other engines need, from package registries into the user's cache: Python packages from PyPI into one environment, jars by
// Maven. What is there already is used as it is. An engine that cannot be had is a thrown error that says why.
import {spawn, spawnSync} from 'node:child_process'
import {cpSync, existsSync, mkdirSync, readdirSync, writeFileSync} from 'node:fs'
import {homedir} from 'node:os'
import {basename, join} from 'node:path'
import {text} from 'node:stream/consumers'

const packages = ['deltalake==1.6.6', 'polars==2.1.0', 'pyarrow', 'duckdb==1.5.5', 'duckdb-extension-delta==1.5.5', 'chdb==4.4.0']
const sparkPackage = 'pyspark==4.2.0'
const deltaJar = {group: 'io.delta', artifact: 'delta-spark_4.2_2.13', version: '4.4.0'}

export class Toolbox {
  readonly cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'hippo-interop')
  readonly python = join(this.cache, 'venv', 'bin', 'python')
  readonly jars = join(this.cache, 'jars')
  readonly mavenRepository = join(homedir(), '.m2', 'repository')

  /** What the program prints; throws when it fails. Never blocks: connections to servers would be taken for dead. */
  async run(command: string, args: readonly string[], triesLeft = 3): Promise<string> {
    const env = {...process.env, HIPPO_INTEROP_JARS: join(this.jars, 'delta')}
    const child = spawn(command, args, {env, stdio: ['ignore', 'pipe', 'pipe']})
    const ended = new Promise<number | string | null>((resolve) => {
      child.once('error', (error) => resolve(error.message)).once('exit', (status, signal) => resolve(status ?? signal))
    })
    const [how, printed, said] = await Promise.all([ended, text(child.stdout), text(child.stderr)])
    if (how === 0) return printed
    // Native readers are seen to crash now and then; reading again harms nobody.
    if (child.signalCode !== null && triesLeft > 0) return this.run(command, args, triesLeft - 1)
    throw new Error(`${basename(command)} ${args.slice(0, 4).join(' ')} ended with ${how}:\n${said.slice(-2000)}`)
  }

  async pip(...wanted: readonly string[]): Promise<void> {
    await this.environment('venv', wanted)
  }

  /** The Python of an environment of its own in the cache, with the packages. */
  async environment(name: string, wanted: readonly string[]): Promise<string> {
    const python = join(this.cache, name, 'bin', 'python')
    if (!existsSync(python)) await this.run('python3', ['-m', 'venv', join(this.cache, name)])
    await this.run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...wanted])
    return python
  }
}

export async function installPythonReaders(tools: Toolbox): Promise<void> {
  await tools.pip(...packages)
}

/** Spark (450 MB) brings most of what Delta needs; only Delta's own jars are put beside it. Needs Java 17. */
export async function installSpark(tools: Toolbox): Promise<void> {
  if (spawnSync('java', ['-version']).status !== 0) throw new Error('there is no java (17) in PATH')
  await tools.pip(sparkPackage)
  if (existsSync(join(tools.jars, 'delta'))) return
  const {group, artifact, version} = deltaJar
  mkdirSync(tools.jars, {recursive: true})
  writeFileSync(
    join(tools.jars, 'pom.xml'),
    `<project><modelVersion>4.0.0</modelVersion><groupId>hippo</groupId><artifactId>interop</artifactId><version>1</version>
<dependencies><dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency></dependencies></project>`,
  )
  const copy = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies'
  await tools.run('mvn', ['-q', '-f', join(tools.jars, 'pom.xml'), copy, `-DoutputDirectory=${join(tools.jars, 'all')}`])
  for (const name of readdirSync(join(tools.jars, 'all'))) {
    if (/^(?:delta|unitycatalog)-/.test(name)) cpSync(join(tools.jars, 'all', name), join(tools.jars, 'delta', name))
  }
}
