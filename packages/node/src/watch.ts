import { statSync } from 'node:fs'
import { stat } from 'node:fs/promises'

/** Milliseconds between two looks at the file. */
const INTERVAL = 250

/** What changes with every write of a file; '' where there is none. */
export function signatureOf(file: string): string {
  return format(statSync(file, { throwIfNoEntry: false }))
}

/**
 * Calls `changed` when the file is another than at `since` and has stopped changing. It looks at the
 * file instead of asking the system to be told: builds delete and make folders anew, which ends a
 * watch on them, and container mounts tell nothing. Never keeps the process alive.
 *
 * @returns ends it
 */
export function watchFile(file: string, since: string, changed: () => void): () => void {
  let [read, last] = [since, since]
  const timer = setInterval(() => void look(), INTERVAL).unref()
  const look = async () => {
    const now = format(await stat(file).catch(() => undefined))
    const settled = now === last
    last = now
    // A build empties its folder first: a file that is gone will be back.
    if (!settled || now === '' || now === read) return
    read = now
    changed()
  }
  return () => clearInterval(timer)
}

function format(stats: { mtimeMs: number; size: number; ino: number } | undefined): string {
  return stats === undefined ? '' : `${stats.mtimeMs} ${stats.size} ${stats.ino}`
}
