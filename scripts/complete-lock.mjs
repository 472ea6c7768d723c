// Adds to package-lock.json the optional packages of other platforms that the registry could not give when it was written.
// npm leaves them out, and `npm ci` then refuses the file although it would never install them here. Run it after every
// `npm install` that changes the lock file: `node scripts/complete-lock.mjs`.
import fs from 'node:fs'
import path from 'node:path'
import {fileURLToPath} from 'node:url'

const file = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', 'package-lock.json')
const lock = JSON.parse(fs.readFileSync(file, 'utf8'))
const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'sunos', 'win32', 'netbsd', 'openbsd', 'aix']
const processors = ['arm64', 'x64', 'ia32', 'arm', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el']

const added = []
for (const owner of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(owner.optionalDependencies ?? {})) {
    const place = `node_modules/${name}`
    if (lock.packages[place]) continue
    lock.packages[place] = {version, ...(owner.dev ? {dev: true} : {}), optional: true, ...platformOf(name)}
    added.push(name)
  }
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1))
lock.packages = Object.fromEntries(sorted)
fs.writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
console.log(`${added.length} packages of other platforms added`)

/** What the name says of the platform, in npm's words. */
function platformOf(name) {
  const words = name.split(/[^a-z0-9]+/)
  const os = systems.filter((system) => words.includes(system))
  const cpu = processors.filter((processor) => words.includes(processor))
  const libc = words.some((word) => word.startsWith('musl')) ? ['musl'] : words.some((word) => word.startsWith('gnu')) ? ['glibc'] : []
  if (os.length === 0 || cpu.length === 0) throw new Error(`the platform of ${name} cannot be told by its name`)
  return {os, cpu, ...(libc.length > 0 ? {libc} : {})}
}
