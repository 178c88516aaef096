import { connect, type Socket } from 'node:net'

/** A connection that says exactly what a test wants said, and remembers what it heard. */
export interface RawConnection {
  socket: Socket
  heard(): string
  /** Resolves with everything heard when the other side closes. */
  closed: Promise<string>
}

export function rawConnection(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect({ host: hostname, port: Number(port) })
    const closed = new Promise<string>((done) => socket.once('close', () => done(text)))
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.once('connect', () => resolve({ socket, heard: () => text, closed }))
    socket.on('error', reject)
  })
}

export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0)
}
