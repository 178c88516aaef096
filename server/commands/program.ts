import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { ROLES } from '../../core/ledger/api-keys.ts'
import { DELIVERY_STATES, type DeliveryState } from '../../core/model/delivery.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { version } from '../version.ts'
import { addAnalysis } from './analysis.ts'
import type { Which } from './decide.ts'
import { addHistory } from './history.ts'
import { addOperating } from './operating.ts'
import type { Outcome } from './outcome.ts'
import { addReporting } from './reporting.ts'
import { SANDBOXES, type SandboxName } from './sandboxes.ts'
import { wrongUse } from './wrong-use.ts'

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
    // Reports have formats of their own, which those of the program would refuse.
    .enablePositionalOptions()
    // "[options]" on every line says nothing: all of them have some.
    .configureHelp({
      subcommandTerm: (each) =>
        [each.name(), ...each.registeredArguments.map((one) => argumentTerm(one))].join(' '),
    })
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
  addFormats(program)
  program.addHelpText(
    'after',
    '\nExit codes: 0 done, 1 failed, 2 wrong use or configuration.\n"closeback <command> --help" tells more about one.',
  )

  const command: AddCommand = (usage, description, example, formats) =>
    addFormats(program.command(usage).description(description), formats).addHelpText(
      'after',
      `\nExample:\n  $ closeback ${example}`,
    )

  program.commandsGroup('Run:')
  command('serve', 'run the host: receive, send, serve the API', 'serve').action(async () => {
    const { serve } = await import('./serve.ts')
    await serve(terminal, { json })
  })
  command('demo', 'four weeks of a shop against a simulated TikTok', 'demo --once')
    .option('--once', 'end after the summary', false)
    .action(async ({ once }) => {
      const { runDemo } = await import('../demo/demo.ts')
      done(await runDemo(terminal, { once, json }))
    })
  command('sandbox', 'run a simulated service to try things on', 'sandbox tiktok --port 9001')
    .addArgument(new Argument('<service>', 'what to simulate').choices(Object.keys(SANDBOXES)))
    .option('--port <number>', 'where to listen; 0 for any free port', parsePort, 0)
    .addOption(
      new Option(
        '--seed <file>',
        'accounts, tokens and so on, YAML or JSON; built in when left out',
      ).conflicts('empty'),
    )
    .option('--empty', 'a CRM where nothing was set up yet', false)
    .action(async (service, { port, empty, seed = null }) => {
      const { sandbox } = await import('./sandbox.ts')
      await sandbox(terminal, { service: service as SandboxName, port, seed, empty, json })
    })
  command('push', 'read what came and send what is due, once', 'push --now')
    .option('--now', 'also send what waits for its back-off', false)
    .action(async ({ now }) => {
      const { push } = await import('./push.ts')
      done(await push(terminal, { now }))
    })

  command('poll', 'ask the CRMs what changed, once', 'poll hs')
    .argument('[source]', 'all that can be polled when left out')
    .action(async (sourceId = null) => {
      const { pollSources } = await import('./poll.ts')
      done(await pollSources(terminal, { sourceId }))
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
  command('install', 'create in a CRM the fields that are read there', 'install hs --dry-run')
    .argument('<source>', 'a source of the workspace')
    .option('--dry-run', 'say what would be created, create nothing', false)
    .action(async (sourceId, { dryRun }) => {
      const { install } = await import('./install.ts')
      done(await install(terminal, { sourceId, dryRun, json }))
    })
  command('export', 'write the settings as a file, without secrets', 'export > workspace.yaml').action(
    async () => {
      const { exportSettings } = await import('./export.ts')
      done(await exportSettings(terminal))
    },
  )
  command('api-key', 'make a key for the API', 'api-key create --role sender --source shop-crm')
    .addArgument(new Argument('<what>', 'what to do').choices(['create']))
    .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).makeOptionMandatory())
    .option('--source <id>', 'the one source a sender may post to')
    .action(async (_what, { role, source = null }) => {
      if (role === 'sender' && source === null)
        throw wrongUse('a sender may post to one source only: name it with --source')
      if (role !== 'sender' && source !== null) throw wrongUse('only a sender has a --source')
      const { createKey } = await import('./api-key.ts')
      done(await createKey(terminal, { role, sourceId: source }))
    })

  program.commandsGroup('Look:')
  command('check', 'hold the settings against TikTok and the sources', 'check us-brand')
    .argument('[id]', 'one source or connection; all of them when left out')
    .option('--page <url>', 'follow a click through this page to its form instead')
    .option('--form <url>', 'the page with the form, where it is not found by itself')
    .action(async (target = null, { page, form = null }) => {
      if (page !== undefined) {
        const { checkPage } = await import('./check-page.ts')
        return done(await checkPage(terminal, { url: page, form }))
      }
      const { check } = await import('./check.ts')
      done(await check(terminal, { target }))
    })
  command('explain', 'tell why a deal was or was not sent', 'explain shop-crm D-1042')
    .argument('<source>', 'the id of the source')
    .argument('<record>', 'the id of the record there, or type:id')
    .action(async (sourceId, record) => {
      const { explain } = await import('./explain.ts')
      done(await explain(terminal, { sourceId, record }))
    })
  command('events', 'list deliveries, newest first', 'events --state rejected')
    .addOption(new Option('--state <state>', 'only those in this state').choices(DELIVERY_STATES))
    .option('--connection <id>', 'only those to this connection')
    .option('--source <id>', 'only those from this source')
    .option('--limit <number>', 'how many', parseLimit, 20)
    .option('--before <id>', 'the next page: only those with a smaller id', parseId)
    .action(async ({ state = null, connection = null, source = null, limit, before = null }) => {
      const { events } = await import('./events.ts')
      done(await events(terminal, { state, connectionId: connection, sourceId: source, limit, before }))
    })

  program.commandsGroup('Understand:')
  addReporting(command, terminal, done)
  addAnalysis(command, terminal, done)

  program.commandsGroup('Past:')
  addHistory(command, terminal, done)

  program.commandsGroup('Decide:')
  command('requeue', 'send again, or now what is held', 'requeue 81 82')
    .argument('[id...]', 'delivery ids, as "events" lists them', collectIds)
    .addOption(new Option('--state <state>', 'all in this state instead').choices(DELIVERY_STATES))
    .option('--connection <id>', 'of these only those to this connection')
    .option('--source <id>', 'of these only those from this source')
    .option('--may-double', 'also what TikTok may have already: a copy may count twice', false)
    .action(async (ids, { mayDouble, ...filter }) => {
      const which = whichOf(ids, filter)
      const { requeueAll } = await import('./decide.ts')
      done(await requeueAll(terminal, { which, mayDouble }))
    })
  command('resolve', 'end what only a person can end', 'resolve 81 --accepted')
    .argument('[id...]', 'delivery ids, as "events" lists them', collectIds)
    .addOption(new Option('--state <state>', 'all in this state instead').choices(DELIVERY_STATES))
    .option('--connection <id>', 'of these only those to this connection')
    .option('--source <id>', 'of these only those from this source')
    .addOption(new Option('--accepted', 'it was seen at TikTok').conflicts('drop'))
    .option('--drop', 'it shall not be sent')
    .action(async (ids, { accepted, drop, ...filter }) => {
      if (!accepted && !drop) throw wrongUse('say how it ended: --accepted or --drop')
      const which = whichOf(ids, filter)
      const { resolveAll } = await import('./decide.ts')
      done(await resolveAll(terminal, { which, to: accepted ? 'accepted' : 'drop' }))
    })
  command('pause', 'send nothing until "resume"', 'pause us-brand')
    .argument('[connection]', 'all of them when left out')
    .action(async (connectionId = null) => {
      const { switchSending } = await import('./decide.ts')
      done(await switchSending(terminal, { connectionId, paused: true }))
    })
  command('resume', 'send again', 'resume us-brand')
    .argument('[connection]', 'all of them when left out')
    .action(async (connectionId = null) => {
      const { switchSending } = await import('./decide.ts')
      done(await switchSending(terminal, { connectionId, paused: false }))
    })

  program.commandsGroup('Operate:')
  addOperating(command, terminal, done)
  return program
}

function argumentTerm(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`
  return argument.required ? `<${name}>` : `[${name}]`
}

/** Adds a command; `formats` are those of a report, which can also be written to a file. */
export type AddCommand = (
  usage: string,
  description: string,
  example: string,
  formats?: readonly string[],
) => Command

function addFormats(command: Command, formats?: readonly string[]): Command {
  const json = command.option('--json', 'print one JSON document')
  if (!formats) return json.addOption(new Option('--format <format>').choices(['text', 'json']).hideHelp())
  return json
    .addOption(new Option('--format <format>', 'how to write it').choices(formats).default(formats[0]))
    .option('--out <file>', 'where to write it; standard output when left out')
}

/** Deliveries by id, or all in a state: one of the two, said by the person who decides. */
function whichOf(
  ids: number[] | undefined,
  { state, connection, source }: { state?: DeliveryState; connection?: string; source?: string },
): Which {
  const narrowed = connection !== undefined || source !== undefined
  if (ids !== undefined && ids.length > 0) {
    if (state === undefined && !narrowed) return { ids }
    throw wrongUse('name deliveries by id, or all in a state, not both')
  }
  if (state === undefined) throw wrongUse('name deliveries by id, or all in a state with --state')
  return {
    state,
    ...(connection !== undefined && { connectionId: connection }),
    ...(source !== undefined && { sourceId: source }),
  }
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port <= 65_535) return port
  throw new InvalidArgumentError('It must be a port number from 0 to 65535.')
}

function parseLimit(text: string): number {
  const limit = parseId(text)
  if (limit <= 1000) return limit
  throw new InvalidArgumentError('It must be a number from 1 to 1000.')
}

function parseId(text: string): number {
  const id = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN
  if (Number.isSafeInteger(id)) return id
  throw new InvalidArgumentError('It must be a whole number above zero.')
}

/** A list of ids, each once. Commander hands over what it has so far. */
function collectIds(text: string, before: number[] | undefined): number[] {
  return [...new Set([...(before ?? []), parseId(text)])]
}
