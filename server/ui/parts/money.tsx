export interface MoneyText {
  amount: string
  currency: string
}

/** `4,200.00 USD`: digits as the ledger has them, never through a float. */
export function moneyText({ amount, currency }: MoneyText): string {
  const [, sign = '', whole = '0', rest = ''] = /^(-?)(\d+)(\.\d+)?$/.exec(amount) ?? []
  return `${sign === '' ? '' : '−'}${whole.replaceAll(/\B(?=(\d{3})+$)/g, ',')}${rest} ${currency}`
}

/** One amount, or one of each currency; a dash for none. */
export function Money({ of }: { of: MoneyText | readonly MoneyText[] | null }) {
  const all = of === null ? [] : 'amount' in of ? [of] : of
  return <span className="num">{all.length === 0 ? '–' : all.map(moneyText).join(' + ')}</span>
}

export function countText(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',')
}
