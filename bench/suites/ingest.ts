// `hippo ingest` of the observations against a copy of the same file and OpenSSL's SHA-256 of it. Both write into a new folder
// and both make the copy durable (hippo by fsync, the rival by `sync FILE`); the source file is in the page cache for both.
import {mkdirSync} from 'node:fs'
import path from 'node:path'
import type {Comparison} from '../comparison.ts'
import {measureProcess, type Sample} from '../measure-process.ts'
import {inTurn, type Round} from '../round.ts'

interface IngestBench {
  run(round: Round): Promise<void>
  comparisons(): readonly Comparison[]
}

export function ingestBench(): IngestBench {
  const hippo: Sample[] = []
  const copies: Sample[] = []
  return {
    run: (round) =>
      inTurn(round.number, [
        async () => void hippo.push(withoutText(await measureProcess(round.hippo('ingest', '--quiet')))),
        async () => void copies.push(withoutText(await measureProcess(copyAndHash(round)))),
      ]),
    comparisons: () => [
      {
        what: 'hippo ingest',
        rival: 'cp + sync + openssl dgst -sha256',
        hippo,
        rivals: copies,
        targets: [{of: 'wall', atMost: 1.25}],
        note: 'durable copies on both sides; at least 0.8 × the rate is at most 1.25 × the time',
      },
    ],
  }
}

function copyAndHash({scratch, data}: Round) {
  const folder = path.join(scratch, 'copy')
  mkdirSync(folder)
  const script = 'cp "$1" "$2/copy" && sync "$2/copy" && openssl dgst -sha256 "$1"'
  return {program: 'sh', args: ['-c', script, 'sh', path.join(data.folder, 'observations.csv'), folder]}
}

export function withoutText({stdout: _, ...sample}: Sample & {readonly stdout: string}): Sample {
  return sample
}
