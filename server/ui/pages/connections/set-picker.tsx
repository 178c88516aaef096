import { Autocomplete, Stack, Text, TextInput } from '@mantine/core'
import { useAnswer } from '../../api/use-answer.ts'

export interface Chosen {
  web: string
  crm: string
  offline: string
  defaultPageUrl: string
}

export const NO_SETS: Chosen = { web: '', crm: '', offline: '', defaultPageUrl: '' }

const LABELS = {
  web: ['Pixel', 'for deals with a click id or cookie, and for forms'],
  crm: ['CRM event set', 'for TikTok lead forms that become deals'],
  offline: ['Offline event set', 'for everybody else, by e-mail or phone'],
} as const

/** Pixel, CRM set and offline set out of TikTok's lists, or typed by hand where the token may not list them. */
export function SetPicker({
  advertiserId,
  value,
  onChange,
}: {
  advertiserId: string
  value: Chosen
  onChange: (sets: Chosen) => void
}) {
  const { data } = useAnswer('GET /api/v1/tiktok/event-sets', { query: { advertiser: advertiserId } })
  return (
    <Stack gap="sm">
      {data?.trouble && (
        <Text size="sm" c="dimmed">
          TikTok shows this token no lists ({data.trouble.message}). Type the ids as Events Manager shows
          them.
        </Text>
      )}
      {(['web', 'crm', 'offline'] as const).map((route) => {
        const known = data?.[route] ?? []
        const name = known.find(({ id }) => id === value[route])?.name
        const [label, what] = LABELS[route]
        return (
          <Autocomplete
            key={route}
            label={label}
            description={name ? `${name}; ${what}` : what}
            placeholder={data && known.length === 0 ? 'none found' : 'none'}
            data={known.map(({ id }) => id)}
            renderOption={({ option }) => (
              <span>
                {known.find(({ id }) => id === option.value)?.name ?? ''}{' '}
                <span className="mono quiet">{option.value}</span>
              </span>
            )}
            filter={({ options }) => options}
            value={value[route]}
            onChange={(id) => onChange({ ...value, [route]: id })}
            clearable
          />
        )
      })}
      {value.web !== '' && (
        <TextInput
          label="Page address of deals without one"
          description="TikTok wants a page with each event of a pixel: your shop’s, for example"
          placeholder="https://shop.example/"
          value={value.defaultPageUrl}
          onChange={(event) => onChange({ ...value, defaultPageUrl: event.currentTarget.value })}
        />
      )}
    </Stack>
  )
}

/** As the API takes them: what is empty is left out. */
export function setsBody(sets: Chosen): Partial<Chosen> {
  return Object.fromEntries(Object.entries(sets).filter(([, text]) => text.trim() !== ''))
}
