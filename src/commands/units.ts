import {findUnits, HippoError, nameDataset, type UnitFindings} from '../core/index.ts'
import {unitsReport} from '../ui/report/units.ts'
import {HippoCommand} from './hippo-command.ts'
import {placeFlags} from './shell/flags.ts'
import {Flags} from './shell/oclif.ts'

export default class Units extends HippoCommand {
  static override summary = 'Find mixed units in delivered measurements'
  static override description =
    'Spellings of units, codes with several units, and values that lie where another unit would put them, with the steps that a contract would need to convert them. Nothing is changed. What cannot be decided is said, never guessed.'
  static override usage = 'units FILE… [--code COLUMN] [--value COLUMN] [--unit COLUMN]'
  static override examples = [
    '<%= config.bin %> units labs-march.csv',
    '<%= config.bin %> units labs-march.csv --code code --value value --unit unit --json',
  ]
  static override strict = false
  static override flags = {
    ...placeFlags,
    dataset: Flags.string({helpValue: 'NAME', summary: 'Name of the dataset (default: from the name of the first file)'}),
    code: Flags.string({helpValue: 'COLUMN', summary: 'Column with the LOINC code (default: from the header)'}),
    value: Flags.string({helpValue: 'COLUMN', summary: 'Column with the number (default: from the header)'}),
    unit: Flags.string({helpValue: 'COLUMN', summary: 'Column with the unit (default: from the header)'}),
  }

  async run(): Promise<UnitFindings> {
    const {argv, flags} = await this.parse(Units)
    const files = argv.map(String)
    const [first] = files
    if (first === undefined) throw new HippoError('CONFIG_USAGE', {message: 'name a file to look into', hint: 'hippo units FILE…'})
    const dataset = flags.dataset ?? nameDataset(first.replace(/^.*[\\/]/, '')).dataset
    const columns = {
      ...(flags.code === undefined ? {} : {code: flags.code}),
      ...(flags.value === undefined ? {} : {value: flags.value}),
      ...(flags.unit === undefined ? {} : {unit: flags.unit}),
    }
    const found = await this.withWorkspace(flags, (workspace, context) => findUnits(workspace, {dataset, files, ...columns, ...context}))
    return this.report(found, {text: unitsReport})
  }
}
