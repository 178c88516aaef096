/** How one simulator is started. */
export interface SandboxStart {
  /** Rejects with a ControlError that names everything wrong with the seed. */
  start(port: number, seed: unknown): Promise<{ url: string; close(): Promise<void> }>
  /** Where its built-in seed stands. */
  seedFile: string
  /** The seed of an account where nothing was set up yet. */
  empty?(): Promise<unknown>
}

/** The simulators by name, loaded when asked for; a seed is checked by the simulator itself. */
export const SANDBOXES = {
  tiktok: {
    start: async (port, seed) => {
      const { startTikTokSandbox } = await import('../../fixtures/sandbox/tiktok/index.ts')
      return startTikTokSandbox({ port, ...(seed !== null && { seed: seed as never }) })
    },
    seedFile: 'fixtures/sandbox/tiktok/seed.ts',
  },
  hubspot: {
    start: async (port, seed) => {
      const { startHubSpotSandbox } = await import('../../fixtures/sandbox/hubspot/index.ts')
      return startHubSpotSandbox({ port, ...(seed !== null && { seed: seed as never }) })
    },
    seedFile: 'fixtures/sandbox/hubspot/seed.ts',
    empty: async () => (await import('../../fixtures/sandbox/hubspot/seed.ts')).EMPTY_SEED,
  },
  salesforce: {
    start: async (port, seed) => {
      const { startSalesforceSandbox } = await import('../../fixtures/sandbox/salesforce/index.ts')
      return startSalesforceSandbox({ port, ...(seed !== null && { seed: seed as never }) })
    },
    seedFile: 'fixtures/sandbox/salesforce/seed.ts',
    empty: async () => (await import('../../fixtures/sandbox/salesforce/seed.ts')).EMPTY_SEED,
  },
} satisfies Record<string, SandboxStart>

export type SandboxName = keyof typeof SANDBOXES
