import {listRules} from '../../core/index.ts'
import {ruleListReport} from '../../ui/report/rule-list.ts'
import {HippoCommand} from '../hippo-command.ts'
import {placeFlags} from '../shell/flags.ts'
import {Args} from '../shell/oclif.ts'

type ListResult = Awaited<ReturnType<typeof listRules>>

export default class RuleList extends HippoCommand {
  static override summary = 'List the rules of a dataset, or the kinds there are'
  static override description =
    'Of a dataset each check with what it says and what happens to rows that break it; else every kind of rule, by an example.'
  static override examples = ['<%= config.bin %> rule list', '<%= config.bin %> rule list silver.patient --json']
  static override args = {dataset: Args.string({description: 'Dataset or model, or file of a contract'})}
  static override flags = {...placeFlags}

  async run(): Promise<ListResult> {
    const {args, flags} = await this.parse(RuleList)
    const result = await this.withWorkspace(flags, (workspace) => listRules(workspace, args.dataset))
    return this.report(result, {text: ({items}, paper) => ruleListReport(items, paper)})
  }
}
