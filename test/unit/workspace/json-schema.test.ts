import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { workspaceJsonSchema } from '../../../core/workspace/json-schema.ts'

const file = new URL('../../../docs/workspace.schema.json', import.meta.url)
const print = 'process.stdout.write(JSON.stringify(m.workspaceJsonSchema()))'
const regenerate = [
  `npx node -e "import('./core/workspace/json-schema.ts').then(m => ${print})" > docs/workspace.schema.json`,
  'npx biome check --write docs/workspace.schema.json',
].join(' && ')

describe('the published JSON Schema', () => {
  it('is the one of the code', () => {
    expect(JSON.parse(readFileSync(file, 'utf8')), `regenerate it: ${regenerate}`).toEqual(
      workspaceJsonSchema(),
    )
  })

  it('names what editors show, and asks only for what has no default', () => {
    const schema = workspaceJsonSchema()
    expect(schema).toMatchObject({
      title: 'Closeback workspace',
      required: ['version'],
      properties: {
        connections: {
          title: 'Connections: TikTok advertisers',
          items: { additionalProperties: false },
        },
      },
    })
  })
})
