import { CommanderError } from 'commander'
import type { Failure } from '../terminal/show-error.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { Outcome } from './outcome.ts'
import { createProgram } from './program.ts'
import { writeTextFile } from './write-file.ts'

/**
 * Runs one command line and returns its exit code: 0 done, 1 failed, 2 wrong use or configuration. With `--json` stdout
 * carries exactly one JSON document, also when the command failed: `{"error": …}`.
 */
export async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  const json = wantsJson(argv)
  let outcome: Outcome | number = 0
  const program = createProgram(terminal, json, (done) => {
    outcome = done
  })
  try {
    await program.parseAsync(argv, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0
    return fail(error, argv, terminal, json)
  }
  if (typeof outcome === 'number') return outcome
  const { exit, document, text, file = null } = outcome as Outcome
  const printed = json ? `${JSON.stringify(document, null, 2)}\n` : text
  if (file === null) terminal.out(printed)
  else {
    try {
      await writeTextFile(terminal, file, printed)
    } catch (error) {
      return fail(error, argv, terminal, json)
    }
  }
  return exit
}

/** Known before the command line is parsed, because a wrong one is answered in the same form. */
function wantsJson(argv: readonly string[]): boolean {
  const own = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv
  return (
    own.includes('--json') ||
    own.includes('--format=json') ||
    own.some((word, at) => word === '--format' && own[at + 1] === 'json')
  )
}

async function fail(
  error: unknown,
  argv: readonly string[],
  terminal: Terminal,
  json: boolean,
): Promise<number> {
  const { exitCodeOf, failureOf, failureText } = await import('../terminal/show-error.ts')
  const failure = error instanceof CommanderError ? usage(error, argv) : failureOf(error)
  if (terminal.env.LOG_LEVEL === 'debug') terminal.err(placesOf(error))
  if (json) terminal.out(`${JSON.stringify({ error: failure }, null, 2)}\n`)
  else terminal.err(failureText(failure, terminal))
  return exitCodeOf(failure)
}

/** Where it happened, without the message above it, which may quote anything. */
function placesOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  return stack.replaceAll(/^(?! +at ).*\n?/gm, '').replace(/(?<=.)$/, '\n')
}

function usage(error: CommanderError, argv: readonly string[]): Failure {
  const [command] = argv
  const said = error.message
    .replace(/^error: /, '')
    .replace(/^command-argument value '.*?' is invalid for argument '.*?'\. /, '')
    .replaceAll('\n', ' ')
  const known = command !== undefined && /^[a-z-]+$/.test(command) && !said.startsWith('unknown command')
  return {
    code: 'usage',
    message: error.code === 'commander.help' ? 'no command was given' : said,
    remedy: `Run "closeback ${known && !command.startsWith('-') ? `${command} ` : ''}--help" to see what it takes.`,
    issues: [],
  }
}
