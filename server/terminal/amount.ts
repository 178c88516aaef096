export { amountText } from '../../core/mapping/explain-words.ts'
