/** What the steps log: an event name, facts without personal data or secrets, no message to parse. */
export interface Log {
  debug(facts: Record<string, unknown>, event: string): void
  info(facts: Record<string, unknown>, event: string): void
  warn(facts: Record<string, unknown>, event: string): void
  error(facts: Record<string, unknown>, event: string): void
}
