// The thread that checks large resources: `check-worker.ts` starts it.
import { parentPort, workerData } from 'node:worker_threads'
import { parseJson } from '../../fhir/json.js'
import type { AnyResource } from '../../fhir/types.js'
import { createChecker } from '../checker.js'
import { openLocal } from '../local.js'
import { definitionsOf } from '../stored-definitions.js'
import type { CheckAnswer, CheckTask, CheckWorkerData } from './check-worker.js'

const { local, unknownExtensions } = workerData as CheckWorkerData
const knowledge = openLocal(local)

/** Here only the time limit of `check-worker.ts` holds. */
const steps = Number.POSITIVE_INFINITY
/** Deeper than any limit of a server. */
const maxDepth = 10_000

async function answer({ id, text, stored, expression, profiles }: CheckTask): Promise<CheckAnswer> {
  const faults: string[] = []
  try {
    const { definitions, membership } = await knowledge
    const checker = createChecker({
      definitions,
      membership,
      stored: definitionsOf(stored),
      steps,
      onFault: (error) => faults.push(error instanceof Error ? String(error.stack) : String(error)),
      ...(unknownExtensions === undefined ? {} : { unknownExtensions }),
    })
    const resource = parseJson(text, { maxDepth }).value as AnyResource
    const result = checker.check({
      resource,
      ...(expression === undefined ? {} : { expression }),
      ...(profiles === undefined ? {} : { profiles }),
    })
    return { id, result, faults }
  } catch (error) {
    return { id, failure: String(error), faults }
  }
}

parentPort?.on('message', async (task: CheckTask) => parentPort?.postMessage(await answer(task)))
