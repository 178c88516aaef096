import { SECOND } from '../core/model/time.ts'

/** What the host grants clients it does not know, and some it does. Tests set smaller ones. */
export interface Limits {
  /** Ms for all headers of a request; then 408. */
  headersTimeout: number
  /** Ms for all of a body but that of a stream; then 408. */
  requestTimeout: number
  keepAliveTimeout: number
  /** How often headers are looked at. */
  connectionsCheckingInterval: number
  maxHeaderSize: number
  /** Ms without a byte after which the sender of a stream counts as gone. */
  streamIdleTimeout: number
  /** Streams at once: each holds about a group of lines. */
  maxStreams: number
  /** Requests that prove nothing, from one address in ten seconds; then 429 until they are over. */
  maxUnproven: number
}

/**
 * Limits on slow and many clients. Far above what an honest sender needs: who signs well is never counted by address, and a
 * source has a limit of its own in the workspace.
 */
export const LIMITS: Limits = {
  headersTimeout: 10 * SECOND,
  requestTimeout: 60 * SECOND,
  keepAliveTimeout: 65 * SECOND,
  connectionsCheckingInterval: 2 * SECOND,
  maxHeaderSize: 16 * 1024,
  streamIdleTimeout: 30 * SECOND,
  maxStreams: 100,
  maxUnproven: 1000,
}
