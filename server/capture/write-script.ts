import { writeFile } from 'node:fs/promises'
import { buildScript } from './build-script.ts'

// What `npm run build` calls: the package carries the script ready-made.
const [, , path = 'dist/server/capture/capture.js'] = process.argv
await writeFile(path, await buildScript())
