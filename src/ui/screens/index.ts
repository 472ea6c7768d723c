// Which screen answers for a view. A screen reads once and gives a function that makes its page for whatever the terminal is then.
import type {Reader} from '../../core/query/index.ts'
import type {PageBuilder} from '../page.ts'
import type {View} from '../views.ts'
import {readCheckPage, rowPage} from './check.ts'
import {readDatasetPage} from './dataset.ts'
import {readAttentionPage, readOverviewPage} from './overview.ts'
import {readQualityPage} from './quality.ts'
import {createRowsShelf, rowKey} from './rows-shelf.ts'
import {readRunPage} from './run.ts'
import {readRunsPage} from './runs.ts'

export type ReadPage = (view: View) => Promise<PageBuilder>

/** The screens over one reader. */
export function openScreens(reader: Reader): ReadPage {
  const shelf = createRowsShelf(reader)
  return async (view) => {
    switch (view.screen) {
      case 'overview':
        return readOverviewPage(reader)
      case 'attention':
        return readAttentionPage(reader)
      case 'quality':
        return readQualityPage(reader)
      case 'dataset':
        return readDatasetPage(reader, view.dataset)
      case 'check':
        return readCheckPage(reader, shelf, view)
      case 'row': {
        const rows = shelf.kept(view.dataset, view.id)
        const row = rows.state === 'ready' ? rows.rows.find((one) => rowKey(one) === view.row) : undefined
        return (context) => rowPage(row, context)
      }
      case 'runs':
        return readRunsPage(reader)
      case 'run':
        return readRunPage(reader, view.id)
    }
  }
}
