import { readFileSync } from 'node:fs'
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import type { Terminal } from '../terminal/terminal.ts'
import type { Outcome } from './outcome.ts'

/** Simulators that are planned, refused by name. */
const NOT_BUILT = ['hubspot', 'salesforce']

/**
 * The command line. Nothing is imported for a command until it runs, so that `--help` answers at once. `done` gets the
 * outcome of the command, or its exit code when it printed everything itself.
 */
export function createProgram(
  terminal: Terminal,
  json: boolean,
  done: (outcome: Outcome | number) => void,
): Command {
  const program = new Command('closeback')
    .description('Sends closed revenue back to TikTok, and tells why a deal was or was not sent.')
    .usage('<command> [options]')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: terminal.out,
      // What is wrong with a command line is told in one place, in one form: see run.ts.
      writeErr: () => {},
      getOutHelpWidth: () => terminal.width,
    })
    .option('-V, --version', 'print the version')
    .on('option:version', () => {
      terminal.out(`${version()}\n`)
      throw new CommanderError(0, 'closeback.version', '')
    })
  addJson(program)
  program.addHelpText(
    'after',
    '\nExit codes: 0 done, 1 failed, 2 wrong use or configuration.\n"closeback <command> --help" tells more about one.',
  )

  const command = (usage: string, description: string, example: string) =>
    addJson(program.command(usage).description(description)).addHelpText(
      'after',
      `\nExample:\n  $ closeback ${example}`,
    )

  program.commandsGroup('Run:')
  command('sandbox', 'run a simulator of TikTok to try things on', 'sandbox tiktok --port 9001')
    .addArgument(new Argument('<service>', 'what to simulate').argParser(parseService))
    .option('--port <number>', 'where to listen; 0 for any free port', parsePort, 0)
    .option('--seed <file>', 'accounts, event sets and tokens, YAML or JSON; built in when left out')
    .action(async (_service, { port, seed = null }) => {
      const { sandbox } = await import('./sandbox.ts')
      await sandbox(terminal, { port, seed, json })
    })
  command('push', 'read what came and send what is due, once', 'push --now')
    .option('--now', 'also send what waits for its back-off', false)
    .action(async ({ now }) => {
      const { push } = await import('./push.ts')
      done(await push(terminal, { now }))
    })

  program.commandsGroup('Set up:')
  command('apply', 'make the settings what a file says', 'apply workspace.yaml --dry-run')
    .argument('<file>', 'YAML or JSON, "-" for standard input')
    .option('--dry-run', 'tell the difference, write nothing', false)
    .option('--prune', 'also delete what the file does not name', false)
    .action(async (file, { dryRun, prune }) => {
      const { apply } = await import('./apply.ts')
      done(await apply(terminal, { file, dryRun, prune }))
    })
  command('export', 'write the settings as a file, without secrets', 'export > workspace.yaml').action(
    async () => {
      const { exportSettings } = await import('./export.ts')
      done(await exportSettings(terminal))
    },
  )
  return program
}

function addJson(command: Command): Command {
  return command
    .option('--json', 'print one JSON document')
    .addOption(new Option('--format <format>').choices(['text', 'json']).hideHelp())
}

function version(): string {
  // The package stands one directory above server/ in a checkout and two above dist/server/ when it is published.
  const up = import.meta.url.includes('/dist/') ? '../../../package.json' : '../../package.json'
  return JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8')).version
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw new InvalidArgumentError('It must be a port number from 0 to 65535.')
}

function parseService(text: string): string {
  if (text === 'tiktok') return text
  if (NOT_BUILT.includes(text)) throw new InvalidArgumentError(`The ${text} sandbox is not built yet.`)
  throw new InvalidArgumentError('Use tiktok.')
}
