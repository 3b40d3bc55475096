import express5 from 'express'
import express4 from 'express4'

export type Express = typeof express5

export const versions: [name: string, express: Express][] = [
  ['Express 4', express4],
  ['Express 5', express5],
]
