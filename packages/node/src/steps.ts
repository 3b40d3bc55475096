import { setImmediate } from 'node:timers/promises'
import type { Steps } from '@pushplan/core'

/** Does one step in each turn of the event loop, so that requests are served in between. */
export async function inTurns<T>(steps: Steps<T>, signal?: AbortSignal): Promise<T> {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    await setImmediate(undefined, { signal })
  }
}
