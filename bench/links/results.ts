import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Times } from './client.ts'
import type { Arm, Cell } from './page.ts'

/** The loads of one cell, by arm. */
export interface Measured {
  readonly name: string
  readonly cell: Cell
  readonly samples: ReadonlyMap<Arm, readonly Times[]>
}

/** The cells of this run and, with a `folder`, of those before it: more rounds of a cell add to it. */
export function keep(folder: string | undefined) {
  const cells = new Map(read(folder).map((measured) => [measured.name, measured]))
  return {
    all: () => [...cells.values()],
    add(measured: Measured): Measured {
      const before = cells.get(measured.name)?.samples
      const samples = new Map(
        [...measured.samples].map(([arm, times]) => [arm, [...(before?.get(arm) ?? []), ...times]]),
      )
      const merged = { ...measured, samples }
      cells.set(measured.name, merged)
      if (folder !== undefined) write(folder, merged)
      return merged
    },
  }
}

function read(folder: string | undefined): Measured[] {
  if (folder === undefined) return []
  mkdirSync(folder, { recursive: true })
  return readdirSync(folder).map((file) => {
    const { samples, ...rest } = JSON.parse(readFileSync(join(folder, file), 'utf8'))
    return { ...rest, samples: new Map(samples) }
  })
}

function write(folder: string, { samples, ...rest }: Measured): void {
  const file = join(folder, `${encodeURIComponent(rest.name)}.json`)
  writeFileSync(file, JSON.stringify({ ...rest, samples: [...samples] }))
}
