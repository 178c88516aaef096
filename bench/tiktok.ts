import { startTikTokSandbox } from '../fixtures/sandbox/tiktok/index.ts'

const { url } = await startTikTokSandbox()
console.log(`TikTok simulator listening on ${url}`)
