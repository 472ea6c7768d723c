// A repair in words: what is wrong, what is done about it, what a person does next.
import type {TableRepair} from '../model/repair.ts'
import type {LakeTable} from './lake-table.ts'
import type {RepairPlan} from './repair-table.ts'
import type {TableLook} from './table-damage.ts'

/** What a repair would do; `planned` when it would do anything. */
export function describeRepair(of: LakeTable, look: TableLook, plan: RepairPlan): TableRepair {
  const {readable, damages} = look
  const isLost = readable === undefined || (look.log !== undefined && readable.version < look.log.newest)
  const whole = look.lostFiles.length === 0 ? readable : plan.whole
  const common = {
    table: of.name,
    damages,
    ...(whole ? {readable: whole.version} : {}),
  }
  const canMend = plan.log !== undefined || plan.whole !== undefined
  if (canMend) return {...common, state: 'planned', steps: stepsOf(of, look, plan), next: nextAfter(of, plan)}
  if (damages.length === 0) return {...common, state: 'sound', steps: [], next: look.awaitsRebuild ? [rebuild(of)] : []}
  return {...common, state: 'beyond', steps: [], next: beyond(of, look, isLost)}
}

function stepsOf({table}: LakeTable, {log}: TableLook, {log: plan, whole}: RepairPlan): readonly string[] {
  if (whole)
    return [
      `make version ${whole.version}, the newest whose data files are all there, the newest version; what is damaged stays where it is`,
    ]
  if (!plan) return []
  const {lost, checkpoints, checksums} = plan
  const last = lost && `version ${lost.from}${lost.to - 1 > lost.from ? ` to ${lost.to - 1}` : ''}`
  const isHintDamaged = log?.damages.some(({kind}) => kind === 'hint') ?? false
  return [
    ...(lost && lost.restored !== undefined
      ? [`set ${last} aside and repeat version ${lost.restored}, the newest that can be read, in their place and as version ${lost.to}`]
      : []),
    ...(lost && lost.restored === undefined
      ? [`set the log aside and begin the table anew, without a row; its next version is ${lost.to + 1}`]
      : []),
    ...checkpoints.map(({files, isMadeAgain}) =>
      isMadeAgain
        ? `write the checkpoint of version ${files.version} again from the commits`
        : `set the checkpoint of version ${files.version} aside`,
    ),
    ...checksums.map((key) => `set ${key} aside: commits and checkpoints agree, and not with it`),
    ...(isHintDamaged ? ['write _last_checkpoint again'] : []),
    `keep what is taken out under ${table}/_damaged/`,
  ]
}

const rebuild = ({dataset}: LakeTable): string => `make the rows again from bronze: hippo promote silver ${dataset} --full`

/** Rows are missing only when versions or files were lost. */
function nextAfter(of: LakeTable, {log, whole}: RepairPlan): readonly string[] {
  if (!log?.lost && !whole) return ['see that all is well: hippo verify']
  if (!of.contract) return ['no contract takes this table: rows that were lost come back from a copy of the lake only']
  return [rebuild(of), 'files that a person left out of a batch in a lost version have to be left out again']
}

function beyond(of: LakeTable, {lostFiles, log}: TableLook, isLost: boolean): readonly string[] {
  if (lostFiles.length > 0 && of.contract) return [`no version has all its data files; ${rebuild(of)}`]
  if (isLost || lostFiles.length > 0)
    return ['bring the table back from a copy of the lake: no contract takes it, so bronze cannot give it again']
  const hasChecksum = log?.damages.some(({kind}) => kind === 'checksum') ?? false
  if (hasChecksum) return ['compare the table with its writer; when the log is right, remove the .crc file']
  return ['the newest version can be read; versions before its checkpoint come back from a copy of the log only']
}
