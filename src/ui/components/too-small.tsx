import {Text} from 'ink'

/** What stands there when nothing else fits. */
export function TooSmall({columns, rows}: {readonly columns: number; readonly rows: number}) {
  return <Text wrap="truncate-end">{`${columns}x${rows} is too small: 80x24`}</Text>
}
