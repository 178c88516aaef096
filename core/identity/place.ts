import { bad, good, type Result } from '../model/result.ts'
import { readDigest, sha256 } from './digest.ts'
import { isNoName, lowerCase, tidy } from './text.ts'

const LONGEST_ZIP = 20
const LONGEST_PLACE = 100
// Needs no tidying: a third of the time for most places.
const PLAIN_WORDS = /^[A-Za-z]+(?: [A-Za-z]+)*$/

/**
 * The digest of a postal code: lower-case, without spaces and dashes, SHA-256; in the US the first five
 * digits only. `country` is a lower-case code or null. Digests pass through.
 */
export function hashZip(text: string, country: string | null): Result<string> {
  const digest = readDigest(text)
  if (digest !== null) return digest
  // NFKC turns the full-width digits of Japanese forms into plain ones.
  const zip = lowerCase(tidy(text.slice(0, LONGEST_PLACE)).normalize('NFKC')).replace(/[\s\p{Pd}]/gu, '')
  if (zip.length > LONGEST_ZIP) return bad(`is longer than ${LONGEST_ZIP} characters`)
  if (!/[\p{L}\p{N}]/u.test(zip) || isNoName(zip) || /^0+$/.test(zip)) return bad('is a placeholder')
  return good(sha256(country === 'us' ? zip.slice(0, 5) : zip))
}

/** A city or state as TikTok takes it: plain and lower-case. */
export function plainPlace(text: string): Result<string> {
  if (text.length > LONGEST_PLACE) return bad(`is longer than ${LONGEST_PLACE} characters`)
  if (PLAIN_WORDS.test(text)) {
    const words = text.toLowerCase()
    return isNoName(words) ? bad('is a placeholder') : good(words)
  }
  const place = lowerCase(tidy(text)).replace(/\s+/g, ' ')
  return /[\p{L}\p{N}]/u.test(place) && !isNoName(place) ? good(place) : bad('is a placeholder')
}

/**
 * A country as TikTok takes it: an ISO 3166-1 alpha-2 code in lower case. Names and other codes are not
 * guessed.
 */
export function plainCountry(text: string): Result<string> {
  const code = text.trim().toLowerCase()
  return COUNTRIES.has(code) ? good(code) : bad('is not a two-letter country code of ISO 3166-1')
}

const COUNTRIES = new Set(
  (
    'ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bl bm bn bo bq br bs bt bv bw by bz ' +
    'ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg eh er es et fi fj fk fm fo ' +
    'fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je ' +
    'jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mf mg mh mk ml mm mn mo ' +
    'mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw ' +
    'py qa re ro rs ru rw sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st sv sx sy sz tc td tf tg th tj tk tl tm ' +
    'tn to tr tt tv tw tz ua ug um us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw'
  ).split(' '),
)
