/** Money as people read it: `4,200.00 USD`. */
export function amountText({ amount, currency }: { amount: string; currency: string }): string {
  const [whole = '', fraction] = amount.split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return `${fraction === undefined ? grouped : `${grouped}.${fraction}`} ${currency}`
}
