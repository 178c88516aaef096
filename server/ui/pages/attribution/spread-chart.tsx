import { MODEL_WORDS, type SpreadRow } from './attribution-view.ts'

/** What each model gives, as a point; the line between the least and the most is how much the choice of a model matters. */
export function SpreadChart({ rows }: { rows: readonly SpreadRow[] }) {
  return (
    <ul className="bars">
      {rows.map(({ key, name, marks, start, end, spread }) => (
        <li key={key}>
          <div className="row">
            <span className="name">{name}</span>
            <span className="track" aria-hidden>
              <span data-kind="spread" style={{ left: `${start}%`, width: `${end - start}%` }} />
              {marks.map(({ model, at, text }) => (
                <b key={model} style={{ left: `${at}%` }} title={`${MODEL_WORDS[model]}: ${text}`} />
              ))}
            </span>
            <span className="figure">{spread}</span>
          </div>
        </li>
      ))}
    </ul>
  )
}
