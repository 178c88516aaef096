import { bad, good, type Result } from './result.ts'

// Active codes of ISO 4217 (list one, fund codes included). Not here, because nobody pays with them or they
// have no minor unit: metals (XAU, XAG, XPD, XPT), bond units (XBA to XBD), XAD, XDR, XSU, XUA, XTS and XXX.
const TWO_DECIMALS =
  'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW ' +
  'CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF ' +
  'IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK ' +
  'MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP ' +
  'SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ' +
  'ZAR ZMW ZWG'
const NO_DECIMALS = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'
const THREE_DECIMALS = 'BHD IQD JOD KWD LYD OMR TND'
const FOUR_DECIMALS = 'CLF UYW'

// BGN gave way to EUR on 2026-01-01, but deals closed before that day carry it for years.
const STILL_READ = 'BGN'

const EXPONENTS = new Map<string, number>()
for (const [codes, exponent] of [
  [TWO_DECIMALS, 2],
  [STILL_READ, 2],
  [NO_DECIMALS, 0],
  [THREE_DECIMALS, 3],
  [FOUR_DECIMALS, 4],
] as const) {
  for (const code of codes.split(' ')) EXPONENTS.set(code, exponent)
}

/** Every currency Closeback can count in, in alphabetical order. */
export const CURRENCIES: readonly string[] = [...EXPONENTS.keys()].sort()

/** Whether this is exactly an ISO 4217 code in capitals. */
export function isCurrency(code: string): boolean {
  return EXPONENTS.has(code)
}

/**
 * Digits after the decimal point (0, 2, 3 or 4). Throws for what `isCurrency` refuses: that is a bug of the
 * caller.
 */
export function exponentOf(code: string): number {
  const exponent = EXPONENTS.get(code)
  if (exponent === undefined)
    throw new RangeError('exponentOf needs an ISO 4217 code that isCurrency accepts')
  return exponent
}

/**
 * Reads a currency from outside: spaces around it and small letters are forgiven, nothing else; there is no
 * default.
 */
export function parseCurrency(text: string): Result<string> {
  if (EXPONENTS.has(text)) return good(text)
  const trimmed = text.trim()
  if (trimmed === '') return bad('currency is empty: give an ISO 4217 code such as USD')
  // Before the capitals, because some letters outside ASCII have ASCII capitals (the Turkish dotless i).
  if (!/^[A-Za-z]{3}$/.test(trimmed)) return bad('currency must be a three-letter ISO 4217 code such as USD')
  const code = trimmed.toUpperCase()
  if (EXPONENTS.has(code)) return good(code)
  return bad(`currency ${code} is not an active ISO 4217 currency`)
}
