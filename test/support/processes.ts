// The processes below one, to find an engine child to kill, and those that have to do with a folder, to find what was left. Linux reads /proc; elsewhere ps says it.
import {spawnSync} from 'node:child_process'
import {existsSync, readdirSync, readFileSync, readlinkSync} from 'node:fs'

/** Pids of the direct children of a process, or none when it is gone. */
export function childrenOf(pid: number): readonly number[] {
  return allProcesses()
    .filter((one) => one.parent === pid)
    .map((one) => one.pid)
}

/**
 * Pids of the processes with this text in their command line, working folder or environment as they were started; elsewhere
 * than on Linux in their command line only. This process is never one of them.
 */
export function processesAbout(text: string): readonly number[] {
  return allProcesses()
    .map((one) => one.pid)
    .filter((pid) => pid !== process.pid && factsOf(pid).includes(text))
}

function factsOf(pid: number): string {
  const read = (look: () => string): string => {
    try {
      return look()
    } catch {
      return ''
    }
  }
  return [commandOf(pid), read(() => readlinkSync(`/proc/${pid}/cwd`)), read(() => readFileSync(`/proc/${pid}/environ`, 'utf8'))].join('\n')
}

/** Its command line; empty when it is gone. */
export function commandOf(pid: number): string {
  if (!existsSync('/proc/self/stat')) return spawnSync('ps', ['-o', 'args=', '-p', String(pid)], {encoding: 'utf8'}).stdout ?? ''
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

function allProcesses(): readonly {readonly pid: number; readonly parent: number}[] {
  if (!existsSync('/proc/self/stat')) {
    const {stdout} = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], {encoding: 'utf8'})
    return stdout
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number))
      .map(([pid = 0, parent = 0]) => ({pid, parent}))
  }
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .flatMap((name) => {
      try {
        // The name of the program stands in parentheses and may hold anything.
        const after = readFileSync(`/proc/${name}/stat`, 'utf8').replace(/^.*\) /s, '')
        return [{pid: Number(name), parent: Number(after.split(' ')[1])}]
      } catch {
        return []
      }
    })
}
