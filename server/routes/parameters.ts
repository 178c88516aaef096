import { z } from 'zod'
import { MAX_PASSWORD } from '../auth/passwords.ts'

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

export const Email = z
  .string()
  .trim()
  .max(254)
  .regex(/^[^\s@]+@[^\s@]+$/, 'use an e-mail address')

/** Checked for its strength by `refuseWeak`, which knows whose it will be. */
export const NewPassword = z.string().min(1).max(MAX_PASSWORD, `use at most ${MAX_PASSWORD} characters`)

export const Day = z.iso.date().describe('account day, `2026-11-20`')
