import {type DeliveryProfile, HippoError, nameDataset, profileDelivery} from '../core/index.ts'
import {profileReport} from '../ui/report/profile.ts'
import {HippoCommand} from './hippo-command.ts'
import {placeFlags} from './shell/flags.ts'
import {Flags} from './shell/oclif.ts'

export default class Profile extends HippoCommand {
  static override summary = 'Show what is in delivered files, before any contract'
  static override description =
    'Types, missing and different values, quantiles, forms, frequent values, keys and dependencies. Values that may tell who somebody is are not shown. Several files are profiled as deliveries of one dataset. No workspace is needed.'
  static override usage = 'profile FILE… [--dataset NAME] [--suggest]'
  static override examples = ['<%= config.bin %> profile lab/results.csv', '<%= config.bin %> profile lab/results.csv --suggest']
  static override strict = false
  static override flags = {
    ...placeFlags,
    dataset: Flags.string({helpValue: 'NAME', summary: 'Name of the dataset (default: from the name of the first file)'}),
    suggest: Flags.boolean({summary: 'Also show the rules of a draft contract, and how many rows would have broken each'}),
  }

  async run(): Promise<DeliveryProfile> {
    const {argv, flags} = await this.parse(Profile)
    const files = argv.map(String)
    const [first] = files
    if (first === undefined) throw new HippoError('CONFIG_USAGE', {message: 'name a file to profile', hint: 'hippo profile FILE…'})
    const dataset = flags.dataset ?? nameDataset(first.replace(/^.*[\\/]/, '')).dataset
    const {suggest} = flags
    const profile = await this.withWorkspaceOrNone(flags, (workspace, context) =>
      profileDelivery(workspace, {dataset, files, suggest, ...context}),
    )
    return this.report(profile, {text: profileReport})
  }
}
