import { run } from './commands/run.ts'
import { processTerminal } from './terminal/process-terminal.ts'

// The exit code is left to Node, so that a pipe gets all of what was written.
process.exitCode = await run(process.argv.slice(2), processTerminal())
