// A Parquet sink that begins another file after so many rows, which nodejs-polars has no method for: its plan is made from that of
// the plain sink, through the serialized form. Rows keep their order, within files and from file to file.
import type {LazyDataFrame} from 'nodejs-polars'
import type {Dsl} from './dsl.ts'
import type {Polars} from './load-polars.ts'
import {replaceOnce} from './lower.ts'

export interface SplitSink {
  /** An existing, empty folder; its files are `00000000.parquet` and on. */
  readonly folder: string
  readonly rowsPerFile: number
  readonly options: Parameters<LazyDataFrame['sinkParquet']>[1]
}

/** The frame as such a sink. Without rows it writes one file without rows, or none. */
export function splitSink(pl: Polars, frame: LazyDataFrame, {folder, rowsPerFile, options}: SplitSink): LazyDataFrame {
  const stand = pl.DataFrame([pl.Series('split sink', [], pl.String)]).lazy()
  const plain = JSON.parse(stand.sinkParquet(folder, options).serialize('json').toString()) as PlainSink
  const {file_format, unified_sink_args} = plain.Sink.payload.File
  const payload = {
    Partitioned: {
      base_path: {inner: folder},
      file_path_provider: {Hive: {extension: 'parquet'}},
      partition_strategy: 'FileSize',
      file_format,
      unified_sink_args,
      max_rows_per_file: rowsPerFile,
      approximate_bytes_per_file: Number.MAX_SAFE_INTEGER,
    },
  }
  const template = JSON.stringify({Sink: {input: plain.Sink.input, payload}})
  const bytes = pl.LazyDataFrame.deserialize(Buffer.from(template), 'json').serialize('bincode')
  const place = stand.serialize('bincode')
  return pl.LazyDataFrame.deserialize(replaceOnce(bytes, place, frame.serialize('bincode')), 'bincode')
}

interface PlainSink {
  readonly Sink: {
    readonly input: Dsl
    readonly payload: {readonly File: {readonly file_format: Dsl; readonly unified_sink_args: Dsl}}
  }
}
