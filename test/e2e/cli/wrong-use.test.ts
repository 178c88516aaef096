import { describe, expect, it } from 'vitest'
import { cliRig } from './rig.ts'

describe('wrong use', () => {
  const rig = cliRig()

  const wrong: [string, RegExp][] = [
    ['', /^No command was given\.\nRun "closeback --help"/],
    ['appl', /^Unknown command 'appl' \(Did you mean apply\?\)\nRun "closeback --help"/],
    ['frobnicate', /^Unknown command 'frobnicate'\./],
    ['--nope', /^Unknown option '--nope'\./],
    ['apply', /^Missing required argument 'file'\.\nRun "closeback apply --help"/],
    ['apply a.yaml b.yaml', /^Too many arguments for 'apply'/],
    ['apply ws.yaml --dryrun', /^Unknown option '--dryrun' \(Did you mean --dry-run\?\)/],
    ['push --nwo', /^Unknown option '--nwo' \(Did you mean --now\?\)/],
    ['explain shop-crm', /^Missing required argument 'record'/],
    ['events --state hold', /argument 'hold' is invalid\. Allowed choices are held, waiting/],
    ['events --limit 0', /argument '0' is invalid\. It must be a whole number above zero/],
    ['events --limit 5000', /It must be a number from 1 to 1000/],
    ['events --before x', /It must be a whole number above zero/],
    ['requeue', /^Name deliveries by id/],
    ['requeue seven', /^It must be a whole number above zero\.\nRun "closeback requeue --help"/],
    ['resolve 7', /^Say how it ended: --accepted or --drop\./],
    ['resolve 7 --accepted --drop', /'--accepted' cannot be used with option '--drop'/],
    ['api-key create', /^Required option '--role <role>' not specified/],
    ['api-key make --role owner', /Allowed choices are create/],
    ['api-key create --role king', /Allowed choices are owner, admin, editor, viewer, sender/],
    ['api-key create --role sender', /^A sender may post to one source only: name it with --source\./],
    ['api-key create --role owner --source shop-crm', /^Only a sender has a --source\./],
    ['sandbox', /^Missing required argument 'service'/],
    ['sandbox myspace', /Allowed choices are tiktok, hubspot, salesforce/],
    ['sandbox tiktok --port 99999', /It must be a port number from 0 to 65535/],
    ['sandbox tiktok --seed nofile.yaml', /^The seed .*nofile\.yaml cannot be read/],
    ['export --format xml', /Allowed choices are text, json/],
  ]
  it.each(wrong)('answers "closeback %s" with exit 2 and what to do', async (line, text) => {
    const ran = await rig.cli(...line.split(' ').filter((word) => word !== ''))
    expect(ran).toMatchObject({ exit: 2, out: '' })
    expect(ran.err.replaceAll(/(?<!\.|\))\n/g, ' ')).toMatch(text)
    expect(ran.err).not.toMatch(/^\s+at /m)
  })

  it('names everything that is wrong with the environment, exit 2', async () => {
    const before = { ...rig.env }
    Object.assign(rig.env, { PORT: 'eighty', TIKTOK_API_URL: 'ftp://x' })
    const { exit, err } = await rig.cli('export')
    Object.assign(rig.env, before)
    expect(exit).toBe(2)
    expect(err).toMatch(/PORT: use a port number/)
    expect(err).toMatch(/TIKTOK_API_URL: use a URL/)
  })

  it('names everything that is wrong with a seed, exit 2', async () => {
    rig.file('seed.yaml', 'app: { id: a }\nadvertisers: []\n')
    const { exit, err } = await rig.cli('sandbox', 'tiktok', '--seed', 'seed.yaml')
    expect(exit).toBe(2)
    expect(err).toMatch(/app\.secret/)
    expect(err).toMatch(/advertisers/)
  })

  it('tells of an error nobody foresaw no more than its kind, and where only at LOG_LEVEL=debug', async () => {
    const broken = () => Promise.reject(new TypeError(`cannot read ${rig.env.TIKTOK_EVENTS_TOKEN}`))
    const { run } = await import('../../../server/commands/run.ts')
    const said: string[] = []
    const env: Record<string, string> = { ...rig.env }
    const terminal = {
      env,
      cwd: rig.home,
      width: 80,
      readInput: broken,
      now: Date.now,
      stop: new AbortController().signal,
      out: (text: string) => said.push(text),
      err: (text: string) => said.push(text),
    }
    expect(await run(['apply', '-'], terminal)).toBe(1)
    expect(said.join('')).toMatch(/did not expect: TypeError\./)
    expect(said.join('')).not.toMatch(/^\s+at /m)
    env.LOG_LEVEL = 'debug'
    await run(['apply', '-'], terminal)
    expect(said.join('')).toMatch(/^\s+at /m)
    expect(said.join('')).not.toContain(rig.env.TIKTOK_EVENTS_TOKEN)
  })

  it('helps with every command, with an example', async () => {
    const { out } = await rig.cli('--help')
    const names = [...out.matchAll(/^ {2}([a-z][a-z-]*) /gm)].map(([, name]) => name ?? '')
    expect(names.length).toBeGreaterThan(12)
    for (const name of names) {
      const help = await rig.cli(name, '--help')
      expect(help, name).toMatchObject({ exit: 0, err: '' })
      expect(help.out, name).toContain(`$ closeback ${name}`)
      expect(help.out, name).toContain('--json')
    }
  })
})
