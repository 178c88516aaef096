import type { z } from 'zod'
import type { Issue } from '../../core/model/errors.ts'

/** Zod's problems as ours, every one. Says what is expected, never what was given. */
export function issuesFrom(error: z.ZodError, where: string): Issue[] {
  return error.issues.flatMap((issue) => {
    const path = [where, ...issue.path.map(String)].join('/')
    if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }]
    return issue.keys.map((key) => ({ path: `${path}/${key.slice(0, 64)}`, message: 'is not known' }))
  })
}
