// Copies that runs make to read from: each run removes its own, and the next start those of runs that died. An erasure looks that
// none is left but those of runs that go on.
import {readdir} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {isProcessAlive} from '../process-alive.ts'
import type {PhiLocation} from './phi-location.ts'

export const staging: PhiLocation = {
  name: 'staging',
  covers: (place) => place.kind === 'file' && place.path.startsWith('staging/'),
  async find({erasure}) {
    const folder = path.join(erasure.workspace.root, '.hippo', 'staging')
    const names = await readdir(folder).catch(() => [])
    const left = names.filter((name) => name.startsWith(`${os.hostname()}.`) && !isProcessAlive(processOf(name)))
    return left.length === 0 ? [] : [{location: 'staging', places: left.length, rows: 0}]
  },
  erase: async () => undefined,
}

const processOf = (name: string): number => Number.parseInt(name.slice(name.lastIndexOf('.') + 1), 10)
