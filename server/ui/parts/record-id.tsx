const SHOWN = 16

/** The id of a record as its CRM writes it; a digest, which nobody reads, by its beginning. */
export function RecordId({ of }: { of: string }) {
  if (!/^[0-9a-f]{64}$/.test(of)) return <>{of}</>
  return <span title={of}>{of.slice(0, SHOWN)}…</span>
}
