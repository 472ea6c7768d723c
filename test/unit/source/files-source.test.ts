import {spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {createServer} from 'node:net'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {matchDataset} from '../../../src/core/source/files/files-source.ts'
import {openGivenFiles, openSource} from '../../../src/core/source/index.ts'
import type {SourceItem} from '../../../src/core/source/source.ts'
import {collect} from '../../support/collect.ts'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hippo-files-'))
})

afterEach(() => rmSync(root, {recursive: true, force: true}))

function drop(path: string, text = 'id\n1\n'): string {
  const full = join(root, path)
  mkdirSync(dirname(full), {recursive: true})
  writeFileSync(full, text)
  return full
}

const offered = (items: readonly SourceItem[]) => items.filter((item) => !item.passedOver).map((item) => item.path)
const passedOver = (items: readonly SourceItem[]) =>
  items.filter((item) => item.passedOver).map((item) => [item.path, item.dataset, item.passedOver])

const open = (path = 'inbox') =>
  openSource(
    'ehr',
    {kind: 'files', path, match: {patient: ['patients*.csv'], observation: ['obs/**/*.csv*']}, pathsArePhi: false, delivery: 'date'},
    {root},
  )

describe('files source', () => {
  it('lists files of all folders below its own, in order of their paths, with their datasets', async () => {
    for (const path of ['inbox/z.txt', 'inbox/2026-02/patients.csv', 'inbox/2026-01/patients_1.csv', 'inbox/obs/a/b.csv.gz']) drop(path)

    const items = await collect((await open()).list())

    expect(items.map((item) => [item.path, item.dataset])).toEqual([
      ['2026-01/patients_1.csv', 'patient'],
      ['2026-02/patients.csv', 'patient'],
      ['obs/a/b.csv.gz', 'observation'],
      ['z.txt', undefined],
    ])
  })

  it('lists hidden files and files that are still being written as passed over, a hidden folder as one', async () => {
    const unfinished = [
      '.hidden.csv',
      'patients.csv.part',
      'patients.csv.TMP',
      'patients.csv~',
      '~$patients.csv',
      'a.crdownload',
      '.git/patients.csv',
    ]
    for (const path of [...unfinished, 'patients.csv']) drop(`inbox/${path}`)

    const items = await collect((await open()).list())

    expect(passedOver(items)).toEqual([
      ['.git', undefined, 'file.hidden'],
      ['.hidden.csv', undefined, 'file.hidden'],
      ['a.crdownload', undefined, 'file.unfinished'],
      ['patients.csv.TMP', undefined, 'file.unfinished'],
      ['patients.csv.part', undefined, 'file.unfinished'],
      ['patients.csv~', undefined, 'file.unfinished'],
      ['~$patients.csv', undefined, 'file.unfinished'],
    ])
    expect(offered(items)).toEqual(['patients.csv'])
  })

  it('follows links to files inside the folder, never out of it and never to folders', async () => {
    const inside = drop('inbox/a/patients.csv')
    const outside = drop('elsewhere/patients.csv')
    symlinkSync(inside, join(root, 'inbox/patients-link.csv'))
    symlinkSync(outside, join(root, 'inbox/patients-out.csv'))
    symlinkSync(join(root, 'elsewhere'), join(root, 'inbox/folder'))
    symlinkSync(join(root, 'nowhere'), join(root, 'inbox/patients-broken.csv'))

    const items = await collect((await open()).list())

    expect(offered(items)).toEqual(['a/patients.csv', 'patients-link.csv'])
    expect(passedOver(items)).toEqual([
      ['folder', undefined, 'file.linkToFolder'],
      ['patients-broken.csv', 'patient', 'file.linkBroken'],
      ['patients-out.csv', 'patient', 'file.linkOutside'],
    ])
  })

  it('lists pipes, sockets and names that are no UTF-8 without ever opening them', async () => {
    drop('inbox/patients.csv')
    spawnSync('mkfifo', [join(root, 'inbox/patients-pipe.csv')])
    writeFileSync(Buffer.concat([Buffer.from(join(root, 'inbox/patients-M')), Buffer.from([0xfc]), Buffer.from('ller.csv')]), 'id\n')
    const server = createServer().listen(join(root, 'inbox/socket'))
    await once(server, 'listening')
    try {
      const items = await collect((await open()).list())

      expect(offered(items)).toEqual(['patients.csv'])
      expect(passedOver(items)).toEqual([
        ['patients-M\\xfcller.csv', 'patient', 'file.nameNotUtf8'],
        ['patients-pipe.csv', 'patient', 'file.special'],
        ['socket', undefined, 'file.special'],
      ])
      for (const {passedOver: reason, open: read} of items) if (reason) expect(read).toThrow('never opened')
    } finally {
      server.close()
    }
  })

  it('does not wait for a pipe that took the place of a file it listed', async () => {
    const file = drop('inbox/patients.csv')
    const [item] = await collect((await open()).list())
    if (item === undefined) throw new Error('not listed')
    rmSync(file)
    spawnSync('mkfifo', [file])

    await expect(collect(item.open())).rejects.toMatchObject({code: 'SOURCE_UNREADABLE'})
    expect(await item.isUnchanged()).toBe(false)
  })

  it('shows hashes instead of paths that may identify people, the same for the same path, and matches by the real one', async () => {
    drop('inbox/patients_Erika_Mustermann.csv')
    const openHashed = () =>
      openSource('ehr', {kind: 'files', path: 'inbox', match: {patient: ['patients*.csv']}, pathsArePhi: true, delivery: 'date'}, {root})

    const [first] = await collect((await openHashed()).list())
    const [again] = await collect((await openHashed()).list())

    expect(first).toMatchObject({dataset: 'patient', path: expect.stringMatching(/^[0-9a-f]{16}\.csv$/)})
    expect(again?.path).toBe(first?.path)
  })

  it('says that its folder is missing', async () => {
    const list = collect((await open('nothing-here')).list())

    await expect(list).rejects.toMatchObject({code: 'SOURCE_UNREADABLE'})
  })

  it('offers files given by hand under their own names for one dataset', async () => {
    const [a, b] = [drop('somewhere/a.csv'), drop('b.tsv', 'id\n2\n')]

    const items = await collect((await openGivenFiles([a, b], 'patient')).list())

    expect(items.map(({path, dataset, sizeBytes}) => [path, dataset, sizeBytes])).toEqual([
      ['a.csv', 'patient', 5],
      ['b.tsv', 'patient', 5],
    ])
  })

  it('tells files given by hand apart that bear the same name, and takes a file that is named twice once', async () => {
    const [a, b, c] = [drop('one/north/x.csv'), drop('two/north/x.csv'), drop('y.csv')]

    const items = await collect((await openGivenFiles([a, b, c, a], 'patient')).list())

    expect(items.map(({path}) => path)).toEqual(['one/north/x.csv', 'two/north/x.csv', 'y.csv'])
  })

  it('refuses a pipe or a folder given by hand and says what it is', async () => {
    const pipe = join(root, 'pipe')
    spawnSync('mkfifo', [pipe])

    await expect(collect((await openGivenFiles([pipe], 'patient')).list())).rejects.toThrow('is a pipe, socket or device')
    await expect(collect((await openGivenFiles([root], 'patient')).list())).rejects.toThrow('is a folder')
  })

  it('looks at a file of several blocks and gives all its bytes', async () => {
    const text = `id,name\n${'1,abcdefghijklm\n'.repeat(400_000)}`
    drop('inbox/patients.csv', text)
    const source = await open()
    const [item] = await collect(source.list())
    if (item === undefined) throw new Error('not listed')

    const look = await source.look(item)
    const whole = Buffer.concat(await collect(item.open()))

    expect(look).toEqual({
      compression: 'none',
      dialect: {encoding: 'utf-8', byteOrderMark: false, delimiter: ',', quote: '"', newline: '\n', header: ['id', 'name']},
    })
    expect(whole.equals(Buffer.from(text))).toBe(true)
  })
})

describe('matchDataset', () => {
  it('takes the first dataset with a glob for the path or for the name alone', () => {
    const match = {patient: ['patients*.csv', 'people/*.csv'], all: ['*.csv']}

    expect(['x/patients_1.csv', 'people/a.csv', 'x/people/a.csv', 'x/y/b.csv', 'b.txt'].map((path) => matchDataset(path, match))).toEqual([
      'patient',
      'patient',
      'all',
      'all',
      undefined,
    ])
  })
})
