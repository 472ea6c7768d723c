// The places of the dashboard. A view is what its screen is about; the stack of views is the way back.

export type View =
  | {readonly screen: 'overview'}
  | {readonly screen: 'attention'}
  | {readonly screen: 'quality'}
  | {readonly screen: 'dataset'; readonly dataset: string}
  | {readonly screen: 'check'; readonly dataset: string; readonly id: string; readonly layer?: 'silver' | 'gold'}
  | {readonly screen: 'row'; readonly dataset: string; readonly id: string; readonly row: string}
  | {readonly screen: 'runs'}
  | {readonly screen: 'run'; readonly id: string}

export type Tab = Extract<View['screen'], 'overview' | 'quality' | 'runs'>

/** The tabs in their order; the number of each is its key. */
export const tabs: readonly {readonly tab: Tab; readonly title: string}[] = [
  {tab: 'overview', title: 'Overview'},
  {tab: 'quality', title: 'Quality'},
  {tab: 'runs', title: 'Runs'},
]

/** Tells views apart: selection and filter are remembered under it. */
export function viewKey(view: View): string {
  return JSON.stringify(view)
}

/** A view's step in the way back, as received: the caller makes it safe for the terminal. */
export function viewTitle(view: View): string {
  switch (view.screen) {
    case 'dataset':
      return view.dataset
    case 'check':
      return view.layer === 'gold' ? `${view.id} (gold)` : view.id
    case 'run':
      return `run ${view.id.slice(0, 13)}`
    case 'row':
      return 'row'
    case 'attention':
      return 'needs a person'
    default:
      return tabs.find(({tab}) => tab === view.screen)?.title ?? view.screen
  }
}

/** The tab that a stack of views belongs to. */
export function tabOf(stack: readonly View[]): Tab {
  const [root] = stack
  return tabs.find(({tab}) => tab === root?.screen)?.tab ?? 'overview'
}
