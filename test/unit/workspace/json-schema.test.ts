import { describe, expect, it } from 'vitest'
import { workspaceJsonSchema } from '../../../core/workspace/json-schema.ts'

describe('the published JSON Schema', () => {
  it('is the one of the code (vitest -u writes it anew)', async () => {
    const text = `${JSON.stringify(workspaceJsonSchema(), null, 2)}\n`
    await expect(text).toMatchFileSnapshot('../../../docs/workspace.schema.json')
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
