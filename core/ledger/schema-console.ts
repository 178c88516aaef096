/** What the console keeps: people, how they sign in, and the settings at each revision. */
export interface ConsoleTables {
  people: PeopleTable
  sessions: SessionsTable
  invitations: InvitationsTable
  oauth_states: OauthStatesTable
  workspace_versions: WorkspaceVersionsTable
}

/** A person who may sign in to the console. */
export interface PeopleTable {
  id: string
  /** Lower case. */
  email: string
  name: string
  role: string
  /** argon2id in PHC form. */
  password: string
  created_at: number
}

/** Who is signed in, by a digest of the cookie's value: whoever reads the ledger cannot take over a session. */
interface SessionsTable {
  hash: string
  person_id: string | null
  /** JSON of express-session. */
  content: string
  expires_at: number
}

/** A link that lets somebody choose a password once: a new person's (`invite`), or one who forgot it (`reset`). */
interface InvitationsTable {
  id: string
  /** SHA-256 of what the link carries. */
  hash: string
  kind: 'invite' | 'reset'
  email: string
  role: string
  created_by: string
  created_at: number
  expires_at: number
}

/** A consent that was begun at TikTok and has not come back. Deleted by the first answer that names it. */
interface OauthStatesTable {
  /** SHA-256 of the state. */
  hash: string
  /** Digest of the session that began it: no other browser may end it. */
  session_hash: string
  /** The connection that gets the new token; null for a new one. */
  connection_id: string | null
  expires_at: number
}

/** The settings at each revision, without a single secret, so that one can be looked at and brought back. */
interface WorkspaceVersionsTable {
  revision: number
  at: number
  actor: string
  /** JSON of the settings. */
  document: string
}
