import {setTimeout as sleep} from 'node:timers/promises'
import type {StatusProps} from '../ui/report/status.ts'
import {statusReport} from '../ui/report/status.ts'
import {HippoCommand} from './hippo-command.ts'
import {placeFlags} from './shell/flags.ts'
import {Flags} from './shell/oclif.ts'
import {printLine} from './shell/print.ts'
import {readStatus} from './shell/read-status.ts'

type StatusResult = Pick<StatusProps, 'datasets' | 'attention'>

export default class Status extends HippoCommand {
  static override summary = 'Show datasets and what needs a person, as lines'
  static override description =
    'With --watch it goes on: a terminal is drawn anew, elsewhere the lines are printed again whenever they change.'
  static override examples = ['<%= config.bin %> status', '<%= config.bin %> status --watch', '<%= config.bin %> status --json']
  static override flags = {
    ...placeFlags,
    watch: Flags.boolean({exclusive: ['json'], summary: 'Go on until interrupted'}),
    every: Flags.integer({helpValue: 'SECONDS', min: 1, dependsOn: ['watch'], summary: 'How often to look (default: 2)'}),
  }

  async run(): Promise<StatusResult> {
    const {flags} = await this.parse(Status)
    const result = await this.withWorkspace(flags, async (workspace, {signal}) => {
      let shown = ''
      for (;;) {
        const status = await readStatus(workspace)
        if (!flags.watch) return status
        shown = this.#redraw(status, shown)
        await sleep((flags.every ?? 2) * 1000, undefined, {signal})
      }
    })
    const {datasets, attention} = result
    return this.report({datasets, attention}, {text: (_, paper) => statusReport(result, paper)})
  }

  #redraw(status: StatusProps, shown: string): string {
    const text = statusReport(status, this.paper())
    if (process.stdout.isTTY) process.stdout.write(`\u001b[H\u001b[2J${text}\n`)
    else if (text !== shown) printLine(process.stdout, `${text}\n`)
    return text
  }
}
