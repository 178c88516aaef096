import { LOST, WON } from '../../core/model/record.ts'
import type { PipelineDefinition, StageDefinition } from './api.ts'

export interface Stage {
  id: string
  label: string
  pipeline: string
  /** `won`, `lost`, or the stage's own id. */
  milestone: string
}

/** The stages of all pipelines. */
export interface Stages {
  pipelines: readonly { id: string; label: string; stages: Stage[] }[]
  /** The stage with this id, in the deal's own pipeline where several have it; `null` when it is not known (any more). */
  find(id: string, pipeline: string | null): Stage | null
}

export function readStages(pipelines: readonly PipelineDefinition[]): Stages {
  const read = pipelines.map(({ id, label, stages }) => ({
    id,
    label,
    stages: stages.map((stage) => ({
      id: stage.id,
      label: stage.label,
      pipeline: id,
      milestone: milestoneOf(stage),
    })),
  }))
  const byId = Map.groupBy(
    read.flatMap(({ stages }) => stages),
    ({ id }) => id,
  )
  return {
    pipelines: read,
    find(id, pipeline) {
      const named = byId.get(id) ?? []
      return named.find((stage) => stage.pipeline === pipeline) ?? named[0] ?? null
    },
  }
}

/**
 * Won and lost by what the stage means, never by its id or label: in real portals `closedwon` has been relabelled to an
 * open stage. Probabilities are compared as numbers; `isClosed` may be missing, then probability 1 is won and 0, which
 * open stages may have as well, is not lost.
 */
function milestoneOf({ id, metadata }: StageDefinition): string {
  const probability = metadata.probability?.trim() ? Number(metadata.probability) : Number.NaN
  const closed = metadata.isClosed?.trim().toLowerCase()
  const isClosed = closed === undefined || closed === '' ? null : closed === 'true' || closed === '1'
  if (probability === 1 && isClosed !== false) return WON
  if (probability === 0 && isClosed === true) return LOST
  return id
}
