import { expect } from 'vitest'
import { ProblemShape } from '../../../server/openapi/shapes.ts'

export interface Answered {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: what a test reads of an answer is what it asserts
  json: any
}

/** What a browser with one cookie does: keeps it, sends it back, says where its page is from. */
export class Browser {
  cookie: string | null = null
  csrf: string | null = null
  readonly #url: string

  constructor(url: string) {
    this.#url = url
  }

  /** Calls the API as a page of the console would, unless `headers` say otherwise (`null` leaves one out). */
  async ask(route: string, body?: unknown, headers: Record<string, string | null> = {}): Promise<Answered> {
    const [method = '', path = ''] = route.split(' ')
    const said: Record<string, string | null> = {
      origin: method === 'GET' ? null : this.#url,
      cookie: this.cookie,
      'x-csrf-token': method === 'GET' ? null : this.csrf,
      'content-type': body === undefined ? null : 'application/json',
      ...headers,
    }
    const answer = await fetch(`${this.#url}/api/v1${path}`, {
      method,
      redirect: 'manual',
      headers: Object.entries(said).filter((entry): entry is [string, string] => entry[1] !== null),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const [set] = answer.headers.getSetCookie()
    if (set !== undefined) this.cookie = set.split(';', 1)[0] ?? null
    const text = await answer.text()
    const json = text === '' ? null : JSON.parse(text)
    if (answer.status >= 400) expect(ProblemShape.parse(json)).toEqual(json)
    if (json?.csrf) this.csrf = json.csrf
    return { status: answer.status, headers: answer.headers, json }
  }
}
