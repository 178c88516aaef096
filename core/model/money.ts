/** An exact amount. `minor` is a safe integer in the currency's smallest unit: 420000 is 4200.00 USD. */
export interface Money {
  minor: number
  currency: string
}
