// A verb in a process of its own, for tests that kill it or start several: `node run-verb.ts <directory> <request as JSON>`.
// The request is {verb, …its options}. Prints a line for its start and each event, and last a line of JSON, {result} or {error};
// exits with 0 or the error's code.
// KILL_AFTER_PUT_OF, a pattern, makes it kill itself right after the first put of a key that matches.
// STOP_AFTER_LINES, a number, makes it stop after that line until it gets SIGCONT.
import {
  type HippoError,
  ingest,
  openWorkspace,
  promoteGold,
  promoteSilver,
  publish,
  type RunEvent,
  runPipeline,
  toErrorJson,
  toHippoError,
} from '../../src/core/index.ts'
import {stoppingWorkspace} from './stopping-workspace.ts'

const [directory = '', text = '{}'] = process.argv.slice(2)
const {verb, ...given} = JSON.parse(text) as {readonly verb: string} & Record<string, unknown>
const options = {...given, onEvent: ({kind}: RunEvent) => say(kind)}

const verbs: Readonly<Record<string, (workspace: Awaited<ReturnType<typeof openWorkspace>>) => Promise<unknown>>> = {
  ingest: (workspace) => ingest(workspace, {sources: [], ...options}),
  promoteSilver: (workspace) => promoteSilver(workspace, {datasets: [], ...options}),
  promoteGold: (workspace) => promoteGold(workspace, {models: [], ...options}),
  publish: (workspace) => publish(workspace, {models: [], ...options}),
  run: (workspace) => runPipeline(workspace, options),
}

const killPattern = process.env.KILL_AFTER_PUT_OF

function killSelf(): Promise<never> {
  process.kill(process.pid, 'SIGKILL')
  return new Promise(() => undefined)
}

let said = 0

function say(line: unknown): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
  if (++said === Number(process.env.STOP_AFTER_LINES)) process.kill(process.pid, 'SIGSTOP')
}

async function run(): Promise<unknown> {
  const workspace = await openWorkspace({directory, env: process.env})
  try {
    const work = verbs[verb]
    if (!work) throw new Error(`no verb ${verb}`)
    return await work(
      killPattern === undefined ? workspace : stoppingWorkspace(workspace, {key: new RegExp(killPattern), when: 'after', die: killSelf}),
    )
  } finally {
    await workspace.close()
  }
}

const fail = (error: HippoError) => {
  if (error.code === 'RUN_INTERNAL') console.error(error.cause)
  say({error: toErrorJson(error)})
  process.exitCode = error.exitCode
}
say('started')
await run().then(
  (result) => say({result}),
  (thrown: unknown) => fail(toHippoError(thrown)),
)
