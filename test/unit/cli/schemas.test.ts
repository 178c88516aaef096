import { expect, it } from 'vitest'
import { z } from 'zod'
import { SCHEMAS } from '../../../server/commands/schemas.ts'

it('docs/cli-schemas.json is what the commands print (vitest -u writes it anew)', async () => {
  const published = Object.fromEntries(
    Object.entries(SCHEMAS).map(([name, schema]) => [name, z.toJSONSchema(schema, { io: 'output' })]),
  )
  await expect(`${JSON.stringify(published, null, 2)}\n`).toMatchFileSnapshot(
    '../../../docs/cli-schemas.json',
  )
})
