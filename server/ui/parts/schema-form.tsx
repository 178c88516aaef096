import { JsonInput, NumberInput, Select, Stack, Switch, TagsInput, TextInput } from '@mantine/core'

/** The parts of JSON Schema that settings of adapters are made of. */
export interface Schema {
  type?: string
  description?: string
  enum?: readonly unknown[]
  default?: unknown
  properties?: Record<string, Schema>
  required?: readonly string[]
  items?: Schema
  anyOf?: readonly Schema[]
}

export type Values = Record<string, unknown>

/** A form drawn from the schema of an adapter: one field a setting, in its own words; what is left empty is left out. */
export function SchemaForm({
  schema,
  values,
  onChange,
  errorAt,
}: {
  schema: Schema
  values: Values
  onChange: (values: Values) => void
  errorAt: (name: string) => string | undefined
}) {
  const required = new Set(schema.required ?? [])
  return (
    <Stack gap="sm">
      {Object.entries(schema.properties ?? {}).map(([name, field]) => {
        const set = (value: unknown) => {
          const { [name]: _, ...rest } = values
          onChange(value === undefined || value === '' || value === null ? rest : { ...rest, [name]: value })
        }
        const said = {
          label: labelOf(name),
          description: field.description,
          error: errorAt(name),
          withAsterisk: required.has(name) && field.default === undefined,
        }
        const value = values[name] ?? field.default
        if (field.enum) {
          const data = field.enum.map(String)
          return (
            <Select
              key={name}
              {...said}
              data={data}
              value={value === undefined ? null : String(value)}
              onChange={set}
              clearable={field.default === undefined}
            />
          )
        }
        if (field.type === 'boolean') {
          return (
            <Switch
              key={name}
              {...said}
              checked={value === true}
              onChange={(event) => set(event.currentTarget.checked)}
            />
          )
        }
        if (field.type === 'number' || field.type === 'integer') {
          return (
            <NumberInput
              key={name}
              {...said}
              value={typeof value === 'number' ? value : ''}
              onChange={(next) => set(next === '' ? undefined : Number(next))}
            />
          )
        }
        if (field.type === 'array' && field.items?.type === 'string') {
          return (
            <TagsInput
              key={name}
              {...said}
              value={Array.isArray(value) ? value.map(String) : []}
              onChange={(next) => set(next.length === 0 ? undefined : next)}
            />
          )
        }
        if (field.type === 'string') {
          return (
            <TextInput
              key={name}
              {...said}
              value={typeof value === 'string' ? value : ''}
              onChange={(event) => set(event.currentTarget.value)}
            />
          )
        }
        return <JsonField key={name} said={said} value={value} onChange={set} />
      })}
    </Stack>
  )
}

/** What has no field of its own is written as JSON. */
function JsonField({
  said,
  value,
  onChange,
}: {
  said: object
  value: unknown
  onChange: (value: unknown) => void
}) {
  return (
    <JsonInput
      {...said}
      autosize
      minRows={2}
      formatOnBlur
      validationError="is not JSON"
      defaultValue={value === undefined ? '' : JSON.stringify(value, null, 2)}
      onChange={(text) => {
        try {
          onChange(text.trim() === '' ? undefined : JSON.parse(text))
        } catch {
          // Not finished yet: the field says so when it is left.
        }
      }}
    />
  )
}

/** `defaultCurrency` as people read it: Default currency. */
export function labelOf(name: string): string {
  const words = name.replaceAll(/([A-Z])/g, ' $1').toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
