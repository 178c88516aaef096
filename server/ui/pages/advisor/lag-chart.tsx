import type { LagCurve } from './advice-view.ts'

const WIDTH = 720
const HEIGHT = 240
/** Room for "100 %" in the larger letters of narrow pages. */
const LEFT = 76
const RIGHT = 160
const BOTTOM = 30
const TOP = 14
const LAST_DAY = 28

/** TikTok counts a click for so many days at most, or less where the ad group says so. */
const LINES = [1, 7, 28]

const x = (days: number) => LEFT + (days / LAST_DAY) * (WIDTH - LEFT - RIGHT)
const y = (share: number) => TOP + (1 - share) * (HEIGHT - TOP - BOTTOM)

/** Which share of the deals was in each stage so many days after the click, with the windows that TikTok counts in. */
export function LagChart({ curves, label }: { curves: readonly LagCurve[]; label: string }) {
  const ends = spread(curves.map(({ points }) => y(points.at(-1)?.share ?? 0)))
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label} className="lag-chart">
      {[0, 0.5, 1].map((share) => (
        <g key={share}>
          <line x1={LEFT} x2={WIDTH - RIGHT} y1={y(share)} y2={y(share)} stroke="var(--line)" />
          <text x={LEFT - 8} y={y(share) + 4} textAnchor="end" className="tick">
            {share * 100} %
          </text>
        </g>
      ))}
      {LINES.map((days) => (
        <g key={days}>
          <line
            x1={x(days)}
            x2={x(days)}
            y1={TOP}
            y2={HEIGHT - BOTTOM}
            stroke="var(--held)"
            strokeDasharray="4 4"
          />
          <text x={x(days)} y={HEIGHT - 10} textAnchor="middle" className="tick">
            {days} {days === 1 ? 'day' : 'days'}
          </text>
        </g>
      ))}
      {curves.map(({ milestone, recommended, points }, at) => (
        <g key={milestone} className="curve" data-recommended={recommended || undefined}>
          <polyline
            points={points.map(({ days, share }) => `${x(days)},${y(share)}`).join(' ')}
            fill="none"
          />
          {points.slice(1).map(({ days, share }) => (
            <circle key={days} cx={x(days)} cy={y(share)} r={3.5} />
          ))}
          <text x={WIDTH - RIGHT + 10} y={(ends[at] ?? 0) + 4}>
            {milestone.length > 16 ? `${milestone.slice(0, 15)}…` : milestone}
          </text>
        </g>
      ))}
    </svg>
  )
}

/** Names of curves that end close to each other are moved apart. */
function spread(ends: readonly number[]): number[] {
  const placed = [...ends]
  const order = ends.map((_, at) => at).sort((a, b) => (ends[a] ?? 0) - (ends[b] ?? 0))
  for (let n = 1; n < order.length; n++) {
    const above = placed[order[n - 1] ?? 0] ?? 0
    const at = order[n] ?? 0
    placed[at] = Math.max(placed[at] ?? 0, above + 20)
  }
  return placed
}
