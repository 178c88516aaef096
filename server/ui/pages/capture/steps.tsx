import { FINDING_LOOKS, type Finding } from '../../parts/findings.tsx'
import { Mark } from '../../parts/state-badge.tsx'

/** The way of a click, as far as it goes without trouble. */
const WAY = [
  'landing page',
  'script',
  'click id',
  'form',
  'field for the click id',
  'field for the campaign',
  'pixel',
]

/** Each step of a click, in its order: what survived, where it was lost and what to do, and what was not reached. */
export function Steps({ of, isRunning = false }: { of: readonly Finding[]; isRunning?: boolean }) {
  const reached = Math.max(-1, ...of.map(({ name }) => WAY.indexOf(name)))
  const ahead = WAY.slice(reached + 1)
  return (
    <ol className="way" aria-label="The way of the click">
      {of.map(({ name, status, detail, remedy }) => (
        <li key={`${name} ${detail}`} data-status={status}>
          <Mark {...FINDING_LOOKS[status]} />
          <div>
            <b>{capital(name)}</b>
            <p>{detail}</p>
            {remedy && <p className="remedy">{remedy}</p>}
          </div>
        </li>
      ))}
      {ahead.length > 0 && (
        <li className="quiet">
          <span className="way-ahead">{isRunning ? 'To come' : 'Not reached'}</span>
          <div>{capital(ahead.join(' · '))}</div>
        </li>
      )}
    </ol>
  )
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}
