/** Work in small steps, between which whoever runs it may do something else. */
export type Steps<T> = Generator<void, T>

/** Does all of it now. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}
