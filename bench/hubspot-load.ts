/** How long the modules of HubSpot's client take to load, alone (`bare`) or behind our adapter (`ours`); a process each. */
export {}

// What every host has loaded anyway.
await import('../core/index.ts')
await import('../adapters/webhook/index.ts')
await import('../adapters/hubspot/index.ts')
await import('../core/model/account-day.ts')

const startedAt = performance.now()
if (process.argv[2] === 'ours') await import('../adapters/hubspot/work.ts')
const { Client } = await import('@hubspot/api-client')
const { crm, marketing } = new Client({ accessToken: 'none' })
void [crm.objects, crm.associations.v4, crm.pipelines, crm.properties, marketing.forms]
process.stdout.write(String(performance.now() - startedAt))
