// Which files of a table are worth writing together: neighbours, in the table's order, until a file of about the target size.
// Pure. Rows keep their order, so that what belongs together by its arrival stays together.
import type {AddAction} from './actions.ts'
import type {Snapshot} from './snapshot.ts'

/** Files at least this share of the target are as good as they get. */
const goodShare = 0.75

/** Groups of at least two files, each to be written as one. */
export function planCompaction({files}: Pick<Snapshot, 'files'>, targetSizeBytes: number): readonly (readonly AddAction[])[] {
  const groups: AddAction[][] = []
  let group: AddAction[] = []
  let sizeBytes = 0
  for (const file of files.values()) {
    if (file.size >= targetSizeBytes * goodShare) continue
    if (sizeBytes + file.size > targetSizeBytes) {
      groups.push(group)
      group = []
      sizeBytes = 0
    }
    group.push(file)
    sizeBytes += file.size
  }
  return [...groups, group].filter((one) => one.length > 1)
}
