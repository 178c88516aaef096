import { randomId } from './ids.ts'

interface Ttq {
  track(name: string, properties: object, options: { event_id: string }): void
}

/** The event that forms carry now. */
export interface Said {
  name: string
  id: string
  /** The pixel has said it. */
  tracked?: true
}

/** Event ids by name: each is used for one event, in the pixel and in a form. */
export interface Pixel {
  /** The event of this name that is to come, or was the last. */
  event(name: string): Said
  track(name: string, properties?: object): Said
}

export function createPixel(): Pixel {
  const known: Record<string, Said> = {}
  const event = (name: string) => {
    known[name] ??= { name, id: randomId() }
    return known[name]
  }
  return {
    event,
    track(name, properties = {}) {
      // A second event of this name is another one: under the first's id TikTok would drop it.
      if (event(name).tracked) delete known[name]
      const said = event(name)
      said.tracked = true
      ;(window as { ttq?: Ttq }).ttq?.track(name, properties, { event_id: said.id })
      return said
    },
  }
}
