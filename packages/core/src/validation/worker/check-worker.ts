import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import { FhirError } from '../../errors/fhir-error.js'
import { stringifyJson } from '../../fhir/json.js'
import type { AnyResource } from '../../fhir/types.js'
import type { CheckRequest, CheckResult } from '../contract.js'
import type { LocalOptions } from '../local.js'

/** What the worker opens at its start. */
export interface CheckWorkerData {
  readonly local: LocalOptions
  readonly unknownExtensions?: 'report' | 'refuse'
}

/** One check, as text: digits of decimals do not survive being cloned. */
export interface CheckTask {
  readonly id: number
  readonly text: string
  readonly expression?: string
  readonly profiles?: readonly string[]
  readonly stored: readonly (readonly [key: string, resource: AnyResource])[]
}

export interface CheckAnswer {
  readonly id: number
  readonly result?: CheckResult
  /** What the check threw. */
  readonly failure?: string
}

/** Checks large resources off the event loop, in one thread that starts with the first and ends when it is idle. */
export interface CheckWorker {
  check(
    request: CheckRequest,
    stored: readonly (readonly [key: string, resource: AnyResource])[],
  ): Promise<CheckResult>
  stop(): Promise<void>
}

/** Milliseconds. */
const idleLimit = 60_000
/** Large resources that may wait for the thread. */
const maxWaiting = 50

interface Waiting {
  readonly resolve: (result: CheckResult) => void
  readonly reject: (error: Error) => void
}

export function createCheckWorker(data: CheckWorkerData): CheckWorker {
  const waiting = new Map<number, Waiting>()
  let worker: Worker | undefined
  let idle: NodeJS.Timeout | undefined
  let lastId = 0

  function failAll(error: Error): void {
    worker = undefined
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }

  function start(): Worker {
    const file = createRequire(import.meta.url).resolve('#validation-worker')
    const started = new Worker(file, { workerData: data, resourceLimits: { maxOldGenerationSizeMb: 1024 } })
    started.unref()
    started.on('message', ({ id, result, failure }: CheckAnswer) => {
      const asked = waiting.get(id)
      waiting.delete(id)
      if (result) asked?.resolve(result)
      else asked?.reject(new Error(`the check of a large resource failed: ${failure}`))
      if (waiting.size > 0) return
      started.unref()
      clearTimeout(idle)
      idle = setTimeout(() => {
        if (waiting.size > 0 || worker !== started) return
        worker = undefined
        void started.terminate()
      }, idleLimit).unref()
    })
    started.on('error', (error) => {
      if (worker === started) failAll(error)
    })
    started.on('exit', (code) => {
      if (worker === started) failAll(new Error(`the thread of checks ended with ${code}`))
    })
    return started
  }

  return {
    check({ resource, expression, profiles }, stored) {
      if (waiting.size >= maxWaiting) {
        throw new FhirError(
          'throttled',
          'Too many large resources wait to be validated. Send this one again in a while, or in smaller parts.',
        )
      }
      worker ??= start()
      worker.ref()
      const id = ++lastId
      const task: CheckTask = {
        id,
        text: stringifyJson(resource),
        stored,
        ...(expression === undefined ? {} : { expression }),
        ...(profiles === undefined ? {} : { profiles }),
      }
      const answer = new Promise<CheckResult>((resolve, reject) => waiting.set(id, { resolve, reject }))
      worker.postMessage(task)
      return answer
    },
    async stop() {
      clearTimeout(idle)
      const running = worker
      failAll(new Error('the server stops'))
      await running?.terminate()
    },
  }
}
