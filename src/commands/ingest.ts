import {HippoError, type IngestResult, ingest} from '../core/index.ts'
import {ingestReport} from '../ui/report/ingest.ts'
import {HippoCommand} from './hippo-command.ts'
import {placeFlags, runFlags, runOptions} from './shell/flags.ts'
import {Flags} from './shell/oclif.ts'

export default class Ingest extends HippoCommand {
  static override summary = 'Capture what is new in the sources'
  static override description = 'Bytes are kept as received and never changed. What is known already is skipped, so it is safe to repeat.'
  static override usage = 'ingest [SOURCE…] | ingest FILE… --dataset NAME'
  static override examples = [
    '<%= config.bin %> ingest',
    '<%= config.bin %> ingest ehr',
    '<%= config.bin %> ingest labs-march.csv --dataset observation',
  ]
  static override strict = false
  static override flags = {
    ...placeFlags,
    ...runFlags,
    dataset: Flags.string({char: 'd', helpValue: 'NAME', summary: 'Capture the files given by hand for this dataset'}),
  }

  async run(): Promise<IngestResult> {
    const {argv, flags} = await this.parse(Ingest)
    const names = argv.map(String)
    if (flags.dataset !== undefined && names.length === 0) {
      throw new HippoError('CONFIG_USAGE', {
        message: '--dataset is for files given by hand, and no file is named',
        hint: `hippo ingest FILE… --dataset ${flags.dataset}; without --dataset, hippo ingest captures what the sources hold`,
      })
    }
    const what = flags.dataset === undefined ? {sources: names} : {sources: [], files: names, dataset: flags.dataset}
    const result = await this.withWorkspace(flags, (workspace, context) => ingest(workspace, {...what, ...runOptions(flags), ...context}))
    const wouldCommit = flags['dry-run'] && result.files.some(({state}) => state === 'captured')
    const parts = [{wouldCommit}, ...(result.error ? [{state: 'failed', error: result.error}] : [])]
    return this.reportRun(result, {flags, parts, text: ingestReport})
  }
}
