import {appendFileSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {openSource} from '../../src/core/source/index.ts'
import {sourceSuite} from './source.suite.ts'

const contents = {
  sound: 'id,name\n1,x\n2,"y, z"\n',
  oneBadRecord: 'id,name\n1,x\n2,"y, z"\n3\n',
  unreadable: 'id,id\n1,x\n',
}

sourceSuite('files', async () => {
  const root = mkdtempSync(join(tmpdir(), 'hippo-files-source-'))
  return {
    source: await openSource('ehr', {kind: 'files', path: '.', match: {patient: ['*.csv']}, pathsArePhi: false, delivery: 'date'}, {root}),
    offer: async (name, content) => writeFileSync(join(root, `${name}.csv`), contents[content]),
    change: async (name) => appendFileSync(join(root, `${name}.csv`), '4,w\n'),
    capture: async (item) => item.localPath ?? '',
    close: async () => rmSync(root, {recursive: true, force: true}),
  }
})
