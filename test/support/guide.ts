import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a reader copies out of one page of docs/. */
export interface Guide {
  /** The only or first block of this language under a heading that begins so. Throws when there is none. */
  block(heading: string, language: 'yaml' | 'sh', nth?: number): string
  /** The commands of every `sh` block under the heading, those that begin with `closeback`, as words. */
  commands(heading: string): string[][]
}

const FENCE = /^( *)```(\w+)\n([\s\S]*?)^\1```/gm

export function readGuide(name: string): Guide {
  const text = readFileSync(join(import.meta.dirname, '../../docs', name), 'utf8')
  const sections = text.split(/^(?=#{2,3} )/m)
  const blocks = (heading: string, language: string) => {
    const section = sections.find((each) => each.replace(/^#+ /, '').startsWith(heading))
    return [...(section ?? '').matchAll(FENCE)]
      .filter(([, , named]) => named === language)
      .map(([, indent = '', , body = '']) => body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''))
  }
  return {
    block(heading, language, nth = 0) {
      const found = blocks(heading, language)[nth]
      if (found === undefined) throw new Error(`docs/${name} has no ${language} block under "${heading}"`)
      return found
    },
    commands: (heading) =>
      blocks(heading, 'sh')
        .flatMap((block) => block.split('\n'))
        .map((line) => line.replace(/\s+#.*$/, '').trim())
        .filter((line) => line.startsWith('closeback '))
        .map((line) => line.split(/\s+/).slice(1)),
  }
}

/** Does the POSTs of a block that talks to a simulator by curl: each body in quotes, to the simulator that is there. */
export async function post(block: string, url: string): Promise<void> {
  for (const [, body] of block
    .matchAll(/_sandbox\/user -d '([^']*)'|\$user -d '([^']*)'/g)
    .map((found) => [found[0], found[1] ?? found[2]])) {
    const answer = await fetch(`${url}/_sandbox/user`, { method: 'POST', body: body ?? '' })
    if (!answer.ok) throw new Error(await answer.text())
  }
}
