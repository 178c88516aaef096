import { isCurrency } from '../model/currency.ts'
import type { Issue } from '../model/errors.ts'
import { parseMoney } from '../model/money.ts'
import { WON } from '../model/record.ts'
import type { Rule, Workspace } from '../model/workspace.ts'
import { countedAs, meantEvent, neverTakes } from './catalogue.ts'

/**
 * What is wrong with the rules beyond the document's own checks (ids, currencies, rates): rules that would send
 * nothing, send to nowhere, or count one deal twice. All problems at once; without any, `compileRules` takes them.
 */
export function checkRules(workspace: Workspace): Issue[] {
  return workspace.rules.flatMap((rule, at) => [
    ...checkSource(workspace, rule, at),
    ...checkTargets(workspace, rule, at),
    ...checkValue(rule, at),
    ...checkRenamedPairs(workspace, rule, at),
  ])
}

/** Rules that may be meant as they are, but probably are not: an event name one letter away from a standard one. */
export function suspectRules({ rules }: Workspace): Issue[] {
  return rules.flatMap(({ send }, at) => {
    const meant = meantEvent(send.event)
    if (meant === null) return []
    return {
      path: `rules[${at}].send.event`,
      message: `"${send.event}" is a custom event, very like TikTok's standard event "${meant}"`,
      remedy: `Write ${meant} unless a custom event is meant; names are case-sensitive.`,
    }
  })
}

function checkSource({ sources }: Workspace, { source }: Rule, at: number): Issue[] {
  if (source === '*' || sources.some(({ id }) => id === source)) return []
  return [
    {
      path: `rules[${at}].source`,
      message: `there is no source "${source}"`,
      remedy: 'Name a source of this workspace, or "*" for all.',
    },
  ]
}

function checkTargets({ connections }: Workspace, { send }: Rule, at: number): Issue[] {
  return send.to.flatMap((id, place) => {
    const path = `rules[${at}].send.to[${place}]`
    const connection = connections.find((one) => one.id === id)
    if (connection === undefined)
      return {
        path,
        message: `there is no connection "${id}"`,
        remedy: 'Name a connection of this workspace.',
      }
    if (send.to.indexOf(id) < place)
      return { path, message: `connection "${id}" is named twice`, remedy: 'Name it once.' }
    if (!neverTakes(connection.eventSets, send.event)) return []
    return {
      path,
      message: `connection "${id}" has only an offline event set, which refuses custom events such as "${send.event}"`,
      remedy: 'Use a standard event, or give the connection a web or crm event set.',
    }
  })
}

function checkValue({ when, send: { value } }: Rule, at: number): Issue[] {
  const path = `rules[${at}].send.value`
  if (value === undefined) return []
  if ('expected' in value) {
    if (when.stage !== WON) return []
    return [
      {
        path: `${path}.expected`,
        message: 'a deal that is won is worth its amount, not what is expected of others',
        remedy: 'Use { from: amount } for the stage won.',
      },
    ]
  }
  if ('fixed' in value) {
    // A currency that does not exist is one problem, and the document's own check names it.
    if (!isCurrency(value.currency)) return []
    const read = parseMoney(value.fixed, value.currency)
    if (!read.ok) return [{ path: `${path}.fixed`, message: read.problem, remedy: 'Correct the amount.' }]
    return read.value.minor < 0 ? [neverSends(`${path}.fixed`)] : []
  }
  return value.percent?.startsWith('-') ? [neverSends(`${path}.percent`)] : []
}

function neverSends(path: string): Issue {
  return {
    path,
    message: 'a value below zero is never sent, so this rule would never send',
    remedy: 'Give zero or more.',
  }
}

/** TikTok counts `CompletePayment` and `Purchase` as one event under two names, and does not drop the second one. */
function checkRenamedPairs({ rules }: Workspace, rule: Rule, at: number): Issue[] {
  return rules.slice(0, at).flatMap((earlier) => {
    if (earlier.send.event === rule.send.event) return []
    if (countedAs(earlier.send.event) !== countedAs(rule.send.event) || !mayBothMatch(earlier, rule))
      return []
    const both = rule.send.to.filter((id) => earlier.send.to.includes(id))
    return both.map((id) => ({
      path: `rules[${at}].send.event`,
      message:
        `rule "${earlier.id}" sends ${earlier.send.event} for the same stage to connection "${id}": TikTok renamed one ` +
        `into the other, so ${rule.send.event} would count the deal twice`,
      remedy: `Use ${countedAs(rule.send.event)} in both, or take one out.`,
    }))
  })
}

/** Fields are not compared: whether two tests exclude each other is for the records to say. */
function mayBothMatch(a: Rule, b: Rule): boolean {
  return (
    a.when.stage === b.when.stage &&
    (a.source === b.source || a.source === '*' || b.source === '*') &&
    overlap(a.when.record, b.when.record) &&
    overlap(a.when.pipeline, b.when.pipeline)
  )
}

function overlap(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined || a === b
}
