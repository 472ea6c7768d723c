import {describe, expect, it} from 'vitest'
import {type Invocation, parseInvocation, unknownCommand} from '../../../src/commands/shell/invocation.ts'

const ids = ['ingest', 'promote:gold', 'promote:silver', 'query', 'runs:list']

describe('parseInvocation', () => {
  const cases: readonly (readonly [argv: readonly string[], asked: Invocation])[] = [
    [[], {kind: 'rootHelp'}],
    [['help'], {kind: 'rootHelp'}],
    [['--help'], {kind: 'rootHelp'}],
    [['--json', '--help'], {kind: 'rootHelp'}],
    [['--version'], {kind: 'version'}],
    [['--json'], {kind: 'rootHelp'}],
    [['--version', '--json'], {kind: 'version'}],
    [['--json', '--version'], {kind: 'version'}],
    [['ingest', 'ehr', '--quiet'], {kind: 'command', id: 'ingest', argv: ['ehr', '--quiet']}],
    [['promote', 'silver', 'patient'], {kind: 'command', id: 'promote:silver', argv: ['patient']}],
    [['promote:silver', 'patient'], {kind: 'command', id: 'promote:silver', argv: ['patient']}],
    [['query', '--', '--help'], {kind: 'command', id: 'query', argv: ['--', '--help']}],
    [['ingest', 'a:b'], {kind: 'command', id: 'ingest', argv: ['a:b']}],
    [['promote', 'silver', '--help'], {kind: 'help', subject: 'promote:silver'}],
    [['help', 'promote', 'silver'], {kind: 'help', subject: 'promote:silver'}],
    [['promote'], {kind: 'help', subject: 'promote'}],
    [['help', 'promote'], {kind: 'help', subject: 'promote'}],
    [['promote', 'bronze'], {kind: 'unknown', words: ['promote', 'bronze']}],
    [['help', 'nope'], {kind: 'unknown', words: ['nope']}],
    [['--bogus'], {kind: 'unknown', words: ['--bogus']}],
  ]
  it.each(cases)('reads %j', (argv, asked) => {
    expect(parseInvocation(argv, ids)).toEqual(asked)
  })
})

describe('unknownCommand', () => {
  it('suggests the nearest command, else what the topic has, else help', () => {
    const errors = [['promote', 'slver'], ['ingset'], ['promote', 'bronze'], ['frobnicate']].map((words) => unknownCommand(words, ids))

    expect(errors.map(({hint}) => hint)).toEqual([
      'hippo promote silver',
      'hippo ingest',
      'hippo promote gold, hippo promote silver',
      'hippo help',
    ])
    expect(errors.map(({exitCode}) => exitCode)).toEqual([2, 2, 2, 2])
  })
})
