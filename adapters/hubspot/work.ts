/** What a HubSpot source does all day, in one import: index.ts asks for it when the first one is there. */
export { hydrate } from './hydrate.ts'
export { poll } from './poll.ts'
export { createPortals } from './portal.ts'
export { receive } from './receive.ts'
