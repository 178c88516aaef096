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
  /** How numbers are dialled in a country. */
  homeOf: (country: CountryCode) => Home
  /** Plans by calling code: 1, 49, 351. */
  plans: ReadonlyMap<number, Plan>
}

interface Home {
  /** Calling code without its plus: 1, 44. */
  code: string
  /** What a caller dials in front of a number abroad, at the start of digits. */
  abroad: RegExp
  /** What the library would strip or rewrite in front of a number at home; null when nothing. */
  prefix: RegExp | null
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

  const homes = new Map<CountryCode, Home>()
  function homeOf(country: CountryCode): Home {
    let home = homes.get(country)
    if (home === undefined) {
      const plan = planOf(country)
      const prefix = plan.nationalPrefixForParsing()
      home = {
        code: phones.getCountryCallingCode(country),
        abroad: new RegExp(`^(?:${plan.IDDPrefix()})`),
        prefix: prefix ? new RegExp(`^(?:${prefix})`) : null,
      }
      homes.set(country, home)
    }
    return home
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
    homeOf,
    plans,
  }
}
