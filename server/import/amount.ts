import { bad, good, type Result } from '../../core/model/result.ts'

export type Decimal = 'point' | 'comma'

const WITH_COMMA = /^-?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?$/
const WITH_POINT = /^-?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?$/
/** 1.234 is a thousand in half of the world. */
const EITHER = /^-?\d{1,3}\.\d{3}$/

/** An amount as the webhook takes it: a plain decimal. What is not declared is not guessed. */
export function readAmount(text: string, decimal: Decimal | null): Result<string> {
  if (decimal === 'comma')
    return WITH_COMMA.test(text)
      ? good(text.replaceAll('.', '').replace(',', '.'))
      : bad('is not a decimal with a comma, such as 1.234,56')
  if (decimal === 'point')
    return WITH_POINT.test(text)
      ? good(text.replaceAll(',', ''))
      : bad('is not a decimal with a point, such as 1,234.56')
  if (text.includes(',')) return bad('has a comma: say with --decimal whether it is a point or a comma')
  if (EITHER.test(text)) return bad('may be a thousand or a fraction: say with --decimal point or comma')
  // Whatever else is wrong with it the reader of items says.
  return good(text)
}
