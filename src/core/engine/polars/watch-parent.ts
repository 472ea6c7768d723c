// Ends this process when its parent is gone even while a query blocks the event loop: a thread looks whether the process
// was handed to another parent. Without it a killed CLI would leave an engine writing to the end.
import {Worker} from 'node:worker_threads'

const periodMs = 500

/** Starts the watch; it keeps nothing alive. */
export function watchParent(): void {
  const program = `const parent = process.ppid; setInterval(() => process.ppid === parent || process.kill(process.pid, 'SIGKILL'), ${periodMs})`
  new Worker(program, {eval: true, stdout: false, stderr: false}).unref()
}
