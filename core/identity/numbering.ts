import { createRequire } from 'node:module'
import type { CountryCode, NumberingPlan } from 'libphonenumber-js/min'

/** What a number of one calling code must look like so that the library would give it back unchanged. */
interface Plan {
  /** Bit n is set when n national digits are possible in every country that shares the calling code. */
  lengths: number
  /** What the library would strip or rewrite in front; null when nothing. */
  prefix: RegExp | null
}

interface Library {
  parse: typeof import('libphonenumber-js/min')['parsePhoneNumberFromString']
  isCountry: (code: string) => code is CountryCode
  /** Whether these digits begin with what a caller in this country dials to leave it. */
  startsAbroad: (digits: string, country: CountryCode) => boolean
  /** Plans by calling code: 1, 49, 351. */
  plans: ReadonlyMap<number, Plan>
}

let library: Library | null = null

/**
 * The phone library with its "min" metadata (lengths and general patterns of every country, 80 KB). Loading
 * takes tens of milliseconds, so it happens with the first phone number: commands that see none start without
 * it.
 */
export function loadLibrary(): Library {
  library ??= load()
  return library
}

function load(): Library {
  const require = createRequire(import.meta.url)
  const phones = require('libphonenumber-js/min') as typeof import('libphonenumber-js/min')
  const metadata = require('libphonenumber-js/min/metadata') as import('libphonenumber-js/min').MetadataJson

  // The typings leave out the last method; the test that compares both paths notices if it goes away.
  function planOf(
    country: CountryCode,
  ): NumberingPlan & { nationalPrefixForParsing(): string | null | undefined } {
    const all = new phones.Metadata()
    all.selectNumberingPlan(country)
    if (all.numberingPlan === undefined)
      throw new Error(`libphonenumber-js has no numbering plan for ${country}`)
    return all.numberingPlan as ReturnType<typeof planOf>
  }

  const plans = new Map<number, Plan>()
  for (const [callingCode, countries] of Object.entries(metadata.country_calling_codes)) {
    const [main] = countries
    if (main === undefined) continue
    const prefix = planOf(main).nationalPrefixForParsing()
    let lengths = -1
    for (const country of countries) {
      lengths &= planOf(country)
        .possibleLengths()
        .reduce((bits, length) => bits | (1 << length), 0)
    }
    plans.set(Number(callingCode), { lengths, prefix: prefix ? new RegExp(`^(?:${prefix})`) : null })
  }
  return {
    parse: phones.parsePhoneNumberFromString,
    isCountry: phones.isSupportedCountry,
    startsAbroad: (digits, country) => new RegExp(`^(?:${planOf(country).IDDPrefix()})`).test(digits),
    plans,
  }
}
