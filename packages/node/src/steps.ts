import { setImmediate } from 'node:timers/promises'
import type { Steps } from '@pushplan/core'

/** Milliseconds of one turn of the event loop that steps may take. */
const SLICE = 4

/** Does as many steps in each turn of the event loop as leave time for requests. */
export async function inTurns<T>(steps: Steps<T>, signal?: AbortSignal): Promise<T> {
  for (let end = performance.now() + SLICE; ;) {
    const step = steps.next()
    if (step.done === true) return step.value
    if (performance.now() < end) continue
    await setImmediate(undefined, { signal })
    end = performance.now() + SLICE
  }
}
