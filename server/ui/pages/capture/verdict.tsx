import type { ReactNode } from 'react'

/** What a check came to, in a sentence that is also read aloud when it changes. */
export function Verdict({ children }: { children: ReactNode }) {
  return (
    <div role="status">
      <h2 className="verdict">{children}</h2>
    </div>
  )
}
