import { statSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'

/** Milliseconds between two looks at the file. */
const INTERVAL = 250

/** What changes with every write of a file; '' where there is none. */
export function signatureOf(file: string): string {
  return format(statSync(file, { throwIfNoEntry: false }))
}

/**
 * Calls `changed` when the file is another than at `since` and has stopped changing, and again only
 * when that is done. It looks at the file instead of asking the system to be told: builds delete and
 * make folders anew, which ends a watch on them, and container mounts tell nothing. Never keeps the
 * process alive.
 *
 * @returns ends it, and aborts the signal
 */
export function watchFile(
  file: string,
  since: string,
  changed: (signal: AbortSignal) => Promise<void>,
): () => void {
  const ended = new AbortController()
  const { signal } = ended
  let [read, last] = [since, since]
  const watch = async () => {
    for (;;) {
      await setTimeout(INTERVAL, undefined, { ref: false, signal })
      const now = format(await stat(file).catch(() => undefined))
      const settled = now === last
      last = now
      // A build empties its folder first: a file that is gone will be back.
      if (!settled || now === '' || now === read) continue
      read = now
      await changed(signal)
    }
  }
  watch().catch(() => {})
  return () => ended.abort()
}

function format(stats: { mtimeMs: number; size: number; ino: number } | undefined): string {
  return stats === undefined ? '' : `${stats.mtimeMs} ${stats.size} ${stats.ino}`
}
