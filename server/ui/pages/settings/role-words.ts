import type { Role } from '../../../../core/ledger/api-keys.ts'

/** What each role may do, in a few words. */
const ROLE_WORDS: Record<Role, string> = {
  owner: 'everything, people and keys too',
  admin: 'connections, sources, settings',
  editor: 'rules and deliveries, no integrations',
  viewer: 'reads, with hashes masked',
  sender: 'posts to one source, and sees what it posted',
}

/** As a list to choose from. */
export function roleChoices<Of extends Role>(roles: readonly Of[]): { value: Of; label: string }[] {
  return roles.map((role) => ({ value: role, label: `${role}: ${ROLE_WORDS[role]}` }))
}
