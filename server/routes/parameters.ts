import { z } from 'zod'

/** `?dryRun`, `?dryRun=true`, `?dryRun=false`; left out is false. */
export const Flag = z
  .enum(['', 'true', 'false'])
  .default('false')
  .transform((text) => text !== 'false')

/** A positive whole number in a path or query: the id of a delivery. */
export const NumberText = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, 'use a positive whole number')
  .transform(Number)

/** Ids of the workspace; anything of a sane length may be asked for, and is not found. */
export const Name = z.string().min(1).max(200)
