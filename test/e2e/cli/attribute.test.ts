import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cliRig } from './rig.ts'

const PATHS = `path,total_conversions,total_conversion_value,total_null
tiktok > search,2,300.5,1
search,1,100,3
"tiktok > =cmd()",1,50,0
direct,0,0,7
`

describe('attribute --paths', () => {
  const rig = cliRig()

  it('prints what each model gives each channel, of all the conversions', async () => {
    rig.file('paths.csv', PATHS)
    const models = 'first,last,last_non_direct,linear,position,shapley,markov'
    const document = await rig.json('attribute', 'attribute', '--paths', 'paths.csv', '--model', models)
    const told = document as {
      journeys: object
      models: Record<string, { channel: string; conversions: number; value: number }[]>
    }
    expect(told.journeys).toEqual({ conversions: 4, value: 450.5, nulls: 11, longest: 2 })
    expect(Object.keys(told.models)).toEqual(models.split(','))
    for (const shares of Object.values(told.models)) {
      expect(shares.reduce((sum, { conversions }) => sum + conversions, 0)).toBeCloseTo(4, 9)
      expect(shares.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(450.5, 9)
    }
    expect(told.models.first?.[0]).toEqual({ channel: 'tiktok', conversions: 3, value: 350.5 })
  })

  it('fits eight models into a terminal, and takes the settings of the models', async () => {
    const { exit, out } = await rig.cli(
      ...'attribute --paths paths.csv --model position,markov --position 50,50 --order 2'.split(' '),
    )
    expect(exit).toBe(0)
    expect(out).toMatch(/^tiktok +1\.50 +/m)
  })

  it('writes CSV that no spreadsheet runs, and a page without a script', async () => {
    const csv = await rig.cli(
      ...'attribute --paths paths.csv --model last --format csv --out a.csv'.split(' '),
    )
    expect(csv).toMatchObject({ exit: 0, out: '' })
    const text = readFileSync(join(rig.home, 'a.csv'), 'utf8')
    expect(text.split('\r\n')[0]).toBe('level,channel,model,conversions,value,spend,cpa,roas')
    expect(text).toContain("'=cmd()")
    await rig.cli(...'attribute --paths paths.csv --model last,markov --format html --out a.html'.split(' '))
    const page = readFileSync(join(rig.home, 'a.html'), 'utf8')
    expect(page.match(/<svg/g)).toHaveLength(2)
    expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/)
  })

  it('names every broken row by its line', async () => {
    rig.file(
      'broken.csv',
      'path,total_conversions,total_conversion_value\n >,1,2\na,x,1\nb,1,1e999\nc,1,-4\nd,0,3\ne,1,1\n',
    )
    const { exit, out, err } = await rig.cli(...'attribute --paths broken.csv --model last'.split(' '))
    expect({ exit, out }).toEqual({ exit: 2, out: '' })
    expect(err).toMatch(/^Broken\.csv|broken\.csv has 5 broken rows\./)
    for (const line of [2, 3, 4, 5, 6]) expect(err).toContain(`line ${line}: `)
    expect(err).not.toContain('line 7')
  })

  it.each([
    ['--model latest --paths paths.csv', /There is no model "latest"; did you mean "last"\?/],
    ['--model time_decay --paths paths.csv', /needs times, and a paths file has none/],
    ['--model last --paths missing.csv', /cannot be read \(ENOENT\)/],
    ['--model last --paths ws.csv', /there is no column "path"/],
    ['--model position --position 60,60 --paths paths.csv', /two percentages that leave the rest/],
    ['--model markov --order 4 --paths paths.csv', /Allowed choices are 1, 2, 3/],
    ['--model last --paths paths.csv --format csv --out no/where.csv', /cannot be written \(ENOENT\)/],
  ])('answers "%s" with exit 2', async (line, text) => {
    rig.file('ws.csv', 'a,b\n1,2\n')
    const { exit, err } = await rig.cli('attribute', ...line.split(' '))
    expect(exit).toBe(2)
    expect(err.replaceAll('\n', ' ')).toMatch(text)
  })
})
