import { XMLParser } from 'fast-xml-parser'
import { ClosebackError } from '../../../core/model/errors.ts'

/** An element with the namespace that its prefix stands for. */
export interface Element {
  name: string
  namespace: string
  attributes: { name: string; namespace: string; value: string }[]
  children: Element[]
  text: string
}

/** As fast-xml-parser gives it with `preserveOrder`: the element's name, and `:@` for its attributes. */
type Ordered = { [name: string]: unknown } & { ':@'?: Record<string, string> }

// parseTagValue would turn the id 0060000000001e5 into a number.
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  trimValues: true,
})

/**
 * Reads a document without DTD. Throws ClosebackError `invalid` for one that is not well formed, declares a document
 * type or entities, or is nested deeper than `maxDepth`; such a document is refused before it is parsed.
 */
export function parseXml(text: string, maxDepth: number): Element {
  if (/<!(?!--|\[CDATA\[)/.test(text))
    throw unreadable('declares a document type or entities, which are not taken')
  if (isDeep(text, maxDepth)) throw unreadable(`is nested deeper than ${maxDepth} elements`)
  const roots = rootsOf(text)
  const [root] = roots
  if (root === undefined || roots.length > 1) throw unreadable('is not one XML element')
  return root
}

function rootsOf(text: string): Element[] {
  try {
    return elementsOf(parser.parse(text, true), new Map([['xml', 'http://www.w3.org/XML/1998/namespace']]))
  } catch (error) {
    if (error instanceof ClosebackError) throw error
    // The library quotes the place of the problem with the text around it.
    throw unreadable('is not well-formed XML')
  }
}

/** Counts opening and closing tags, without building anything. */
function isDeep(text: string, maxDepth: number): boolean {
  let depth = 0
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at + 1)) {
    const next = text.charCodeAt(at + 1)
    if (next === 0x2f) depth--
    else if (next === 0x21 || next === 0x3f) at = endOf(text, at)
    else {
      const end = text.indexOf('>', at)
      if (end < 0) return false
      if (text.charCodeAt(end - 1) !== 0x2f && ++depth > maxDepth) return true
    }
  }
  return false
}

/** The last character of a comment, a CDATA section or a processing instruction, which may hold anything. */
function endOf(text: string, at: number): number {
  const close = text.startsWith('<!--', at) ? '-->' : text.startsWith('<![CDATA[', at) ? ']]>' : '?>'
  const end = text.indexOf(close, at)
  return end < 0 ? text.length : end + close.length - 1
}

function elementsOf(nodes: unknown, scope: ReadonlyMap<string, string>): Element[] {
  if (!Array.isArray(nodes)) return []
  return (nodes as Ordered[]).flatMap((node) => {
    const tag = Object.keys(node).find((key) => key !== ':@')
    if (tag === undefined || tag === '#text') return []
    const attributes = Object.entries(node[':@'] ?? {}).map(([key, value]) => [key, String(value)] as const)
    const inner = new Map(scope)
    for (const [key, value] of attributes) {
      if (key === 'xmlns') inner.set('', value)
      else if (key.startsWith('xmlns:')) inner.set(key.slice('xmlns:'.length), value)
    }
    const children = node[tag]
    return {
      ...named(tag, inner, inner.get('') ?? ''),
      // An attribute without a prefix has no namespace.
      attributes: attributes.map(([key, value]) => ({ ...named(key, inner, ''), value })),
      children: elementsOf(children, inner),
      text: textIn(children),
    }
  })
}

function named(qualified: string, scope: ReadonlyMap<string, string>, unprefixed: string) {
  const colon = qualified.indexOf(':')
  if (colon < 0) return { name: qualified, namespace: unprefixed }
  return { name: qualified.slice(colon + 1), namespace: scope.get(qualified.slice(0, colon)) ?? '' }
}

function textIn(nodes: unknown): string {
  if (!Array.isArray(nodes)) return ''
  return (nodes as Ordered[]).map((node) => ('#text' in node ? String(node['#text']) : '')).join('')
}

function unreadable(what: string): ClosebackError {
  return new ClosebackError('invalid', `The body ${what}.`, {
    remedy: 'Point an outbound message of Salesforce to this address; it sends what is expected.',
  })
}
