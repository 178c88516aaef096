import { type Html, html, prose } from '../html.ts'
import { openApiDocument } from '../openapi/document.ts'
import { firstRequest } from './first-request.ts'
import { body, example, members, type Schema, type Shapes } from './schema.ts'
import { STYLE } from './style.ts'

type Content = Record<string, { schema: Schema }>

interface Operation {
  tags: string[]
  operationId: string
  summary: string
  description?: string
  security: Record<string, unknown>[]
  parameters?: { in: string; name: string; required?: boolean; schema: Schema }[]
  requestBody?: { content: Content }
  responses: Record<string, { description: string; content?: Content }>
}

interface Document {
  info: { description: string; version: string }
  tags: { name: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Shapes }
}

const PROOFS: Record<string, string> = { apiKey: 'an API key', signature: 'a signature' }

/** The API as a page for people, made of the OpenAPI document. Gives the page for a public URL and a source's id. */
export function apiPage(): (publicUrl: string, source: string | null) => string {
  // As others see it: plain JSON.
  const document = JSON.parse(JSON.stringify(openApiDocument())) as Document
  const chapters = document.tags.map(({ name }) => chapter(name, document))
  const shapes = Object.entries(document.components.schemas)
    .filter(([name]) => !name.startsWith('__'))
    .map(([name, schema]) => shape(name, schema))
  return (publicUrl, source) =>
    html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Closeback: the API</title>
<style>${{ html: STYLE }}</style>
</head>
<body>
<header>
<h1>The API of Closeback ${document.info.version}</h1>
<p>${prose(document.info.description)}</p>
<p>The same for programs: <a href="api/v1/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
<nav aria-label="Chapters"><a href="#first">The first request</a>${document.tags.map(
      ({ name }) => html`<a href="#${anchor(name)}">${name}</a>`,
    )}<a href="#shapes">Shapes</a></nav>
</header>
<main>${firstRequest(publicUrl, source)}${chapters}
<h2 id="shapes">Shapes</h2>${shapes}</main>
</body>
</html>
`.html
}

function anchor(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z]+/g, '-')
}

function chapter(name: string, { paths, components }: Document): Html {
  const found = Object.entries(paths).flatMap(([path, verbs]) =>
    Object.entries(verbs)
      .filter(([, said]) => said.tags.includes(name))
      .map(([verb, said]) => operation(verb, path, said, components.schemas)),
  )
  return html`<h2 id="${anchor(name)}">${name}</h2>${found}`
}

function operation(verb: string, path: string, said: Operation, shapes: Shapes): Html {
  const needs = said.security.flatMap((one) => Object.keys(one)).map((proof) => PROOFS[proof] ?? proof)
  return html`<details id="${said.operationId}"><summary><span class="verb ${verb}">${verb.toUpperCase()}</span>
<code>${path}</code><p>${said.summary}</p></summary>
${(said.description ?? '').split('\n\n').map((text) => html`<p>${prose(text)}</p>`)}
<p>Needs ${needs.length > 0 ? needs.join(' or ') : 'nothing'}.</p>
${parameters(said)}
${said.requestBody ? html`<h3>Body</h3><dl>${contents(said.requestBody.content)}</dl>` : null}
<h3>Answers</h3><dl>${Object.entries(said.responses).map(([status, answer]) => answered(status, answer, shapes))}</dl>
</details>`
}

function parameters({ parameters: given = [] }: Operation): Html | null {
  if (given.length === 0) return null
  return html`<h3>Parameters</h3><ul class="members">${given.map(
    ({ in: place, name, required, schema }) => html`<li><code class="name">${name}</code>
<span class="type">in the ${place}${required ? '' : ', optional'}</span> ${prose(schema.description ?? '')}${values(schema)}</li>`,
  )}</ul>`
}

function values({ enum: choices }: Schema): Html | null {
  return choices ? html` <span class="type">${choices.filter((one) => one !== '').join(', ')}</span>` : null
}

function contents(content: Content): Html {
  return html`${Object.entries(content).map(([type, { schema }]) => html`<dt><code>${type}</code></dt><dd>${body(schema)}</dd>`)}`
}

function answered(
  status: string,
  { description, content = {} }: Operation['responses'][string],
  shapes: Shapes,
): Html {
  const json = status < '300' ? content['application/json']?.schema : undefined
  return html`<dt>${status}</dt><dd>${prose(description)}${Object.entries(content).map(
    ([type, { schema }]) => html`<br><code>${type}</code> ${body(schema)}`,
  )}${json ? html`<pre tabindex="0">${JSON.stringify(example(json, shapes), null, 2)}</pre>` : null}</dd>`
}

function shape(name: string, schema: Schema): Html {
  return html`<details id="shape-${name}"><summary><code>${name}</code>${
    schema.description ? html`<p>${prose(schema.description)}</p>` : null
  }</summary>${members(schema)}</details>`
}
