import { Button, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useAct, useAnswer } from '../../api/use-answer.ts'
import { useMay } from '../../app/session.ts'
import { Failure } from '../../parts/failure.tsx'
import { Moment } from '../../parts/moment.tsx'
import { isSame } from './merge-rules.ts'
import { changesText } from './rule-words.ts'

/** The versions of the rules: who changed what, and the way back. */
export function Versions({ revision }: { revision: number }) {
  const asked = useAnswer('GET /api/v1/versions')
  const may = useMay()
  const revert = useAct('POST /api/v1/rules/revert', [
    'GET /api/v1/rules',
    'GET /api/v1/versions',
    'GET /api/v1/workspace',
  ])
  const all = asked.data?.versions ?? []
  const changed = all.filter((version, at) => !isSame(version.rules, all[at + 1]?.rules ?? []))
  if (changed.length === 0) return null
  return (
    <section className="card" aria-label="Versions">
      <h2>Versions</h2>
      <Failure problem={revert.error} />
      <table className="list" style={{ marginTop: 8 }}>
        <tbody>
          {changed.slice(0, 10).map((version, at) => (
            <tr key={version.revision}>
              <td data-label="Version" className="num" style={{ textAlign: 'left' }}>
                {version.revision}
              </td>
              <td data-label="When">
                <Moment at={version.at} zone="UTC" />
              </td>
              <td data-label="By">{version.person ?? version.actor}</td>
              <td data-label="What">
                {changesText(all[all.indexOf(version) + 1]?.rules ?? [], version.rules)}
              </td>
              <td style={{ textAlign: 'right' }}>
                {at > 0 && may('POST /api/v1/rules/revert') && (
                  <Button
                    size="compact-xs"
                    variant="default"
                    loading={revert.isPending && revert.variables?.body?.to === version.revision}
                    onClick={() =>
                      revert.mutate(
                        { body: { base: revision, to: version.revision } },
                        {
                          onSuccess: ({ revision: next, renamed }) => {
                            const names = Object.entries(renamed).map(([from, to]) => `${from} is ${to} now`)
                            notifications.show({
                              message: `The rules of version ${version.revision} are back, as version ${next}. ${names.join(', ')}`,
                            })
                          },
                        },
                      )
                    }
                  >
                    Bring back
                  </Button>
                )}
                {at === 0 && <Text size="xs">present</Text>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
