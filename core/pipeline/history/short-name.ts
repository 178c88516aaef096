import { hash } from 'node:crypto'

/** 52 bits of a digest, for sets of millions: of a million names two meet by chance once in ten thousand runs. */
export function shortName(text: string): number {
  return Number.parseInt(hash('sha256', text).slice(0, 13), 16)
}
