import type { AddressInfo } from 'node:net'
import express from 'express'

/** What every sender of JSON must do at least: read the body with Express, and answer with JSON. */
const app = express()
app.disable('x-powered-by')
app.use(express.json({ limit: '20mb' }))
app.post('/{*path}', (req, res) => {
  res.status(202).json(req.body)
})
const server = app.listen(0, '127.0.0.1', () => {
  console.log(`echo listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
