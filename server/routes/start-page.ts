import type { Response } from 'express'

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Closeback</title>
<h1>Closeback</h1>
<p>This host sends closed revenue back to TikTok. Its console is not built in this
checkout: <code>npm start</code> builds it. Its API is described at <a href="api">api</a> for people, and at
<a href="api/v1/openapi.json">api/v1/openapi.json</a> for programs.</p>
</html>
`

/** What stands at `/` while there is no console: where a person with a browser is. */
export function startPage(res: Response): void {
  res.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-length': PAGE.length })
  res.end(PAGE)
}
