import type { ReactNode } from 'react'

/** A chart: what it shows as its title, the picture, and the same as a table under it. */
export function FigureCard({
  finding,
  note,
  children,
}: {
  finding: string
  note?: ReactNode
  children: ReactNode
}) {
  return (
    <section className="card">
      <h2>{finding}</h2>
      {note && <p className="report-note">{note}</p>}
      <div className="report-figure">{children}</div>
    </section>
  )
}
