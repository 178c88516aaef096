/** Bytes as two hex digits each. */
export function hex(bytes: ArrayBuffer | Uint8Array): string {
  return [...new Uint8Array(bytes)].map((byte) => (byte + 256).toString(16).slice(1)).join('')
}

/** An id nobody else has. Works on pages without https, too. */
export function randomId(): string {
  return hex(crypto.getRandomValues(new Uint8Array(16)))
}
