import {render} from 'ink'
import {it} from 'vitest'
import {openWorkspace} from '../../../src/core/workspace.ts'
import {openReader} from '../../../src/core/query/index.ts'
import {App} from '../../../src/ui/app.tsx'
import {testTerminal} from '../../support/terminal.ts'
it('peeks', async () => {
  const ws = await openWorkspace({directory: '/tmp/dash-ws', env: process.env})
  const reader = await openReader(ws)
  for (const [c, r] of [[80, 24], [120, 40]] as const) {
    const t = testTerminal(c, r)
    const i = render(<App reader={reader} theme={{color: false, unicode: true}} now={() => new Date()} refreshMs={300} />, {stdin: t.stdin, stdout: t.stdout, debug: true, patchConsole: false, exitOnCtrlC: false})
    const show = async (keys: string, ms = 500) => { t.type(keys); await new Promise((d) => setTimeout(d, ms)); console.log('keys', JSON.stringify(keys) + '\n' + t.frame()) }
    await show('', 1500)
    await show('jjj\r', 900)
    await show('\u001b', 600)
    await show('2', 900)
    await show('\r', 2500)
    await show('\r', 600)
    await show('3', 600)
    await show('\r', 600)
    await show('?', 600)
    i.unmount()
  }
  await reader.close()
  await ws.close()
})
