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
  /** Megabytes of memory that the thread may take. */
  readonly megabytes?: number
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
  /** What the check threw: a fault of ours. */
  readonly failure?: string
  /** What rules threw, as text. */
  readonly faults: readonly string[]
}

/** Checks large resources off the event loop, in one thread that starts with the first and ends when it is idle. */
export interface CheckWorker {
  /** @throws FhirError `throttled` where too many wait, `too-costly` for one that takes too much time or memory. */
  check(
    request: CheckRequest,
    stored: readonly (readonly [key: string, resource: AnyResource])[],
  ): Promise<CheckResult>
  stop(): Promise<void>
}

/** What the thread may take, and who hears of faults. */
export interface CheckWorkerOptions {
  /** Milliseconds for one resource; 60,000 by default. */
  readonly timeLimit?: number
  readonly onFault?: (error: unknown) => void
}

/** Milliseconds. */
const idleLimit = 60_000
/** Large resources that may wait for the thread. */
const maxWaiting = 50

interface Waiting {
  readonly task: CheckTask
  readonly resolve: (result: CheckResult) => void
  readonly reject: (error: Error) => void
}

export function createCheckWorker(
  data: CheckWorkerData,
  { timeLimit = 60_000, onFault }: CheckWorkerOptions = {},
): CheckWorker {
  /** The first is being checked. */
  const waiting: Waiting[] = []
  let worker: Worker | undefined
  let timer: NodeJS.Timeout | undefined
  let lastId = 0

  function start(): Worker {
    const file = createRequire(import.meta.url).resolve('#validation-worker')
    const { megabytes = 1024 } = data
    const started = new Worker(file, {
      workerData: data,
      resourceLimits: { maxOldGenerationSizeMb: megabytes },
    })
    started.on('message', (answer: CheckAnswer) => settle(answer))
    started.on('error', (error) => {
      if (worker !== started) return
      if ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY')
        give(tooMuch(`${megabytes} megabytes`))
      else {
        onFault?.(error)
        give(error)
      }
    })
    started.on('exit', (code) => {
      if (worker === started) give(new Error(`the thread of checks ended with ${code}`))
    })
    return started
  }

  function next(): void {
    clearTimeout(timer)
    const [first] = waiting
    if (first) {
      worker ??= start()
      worker.ref()
      worker.postMessage(first.task)
      timer = setTimeout(() => give(tooMuch(`${timeLimit / 1000} seconds`)), timeLimit)
    } else {
      worker?.unref()
      timer = setTimeout(end, idleLimit).unref()
    }
  }

  function end(): Promise<number> | undefined {
    const ended = worker
    worker = undefined
    return ended?.terminate()
  }

  function settle({ id, result, failure, faults }: CheckAnswer): void {
    if (waiting[0]?.task.id !== id) return
    for (const fault of faults) onFault?.(new Error(fault))
    const asked = waiting.shift()
    if (result) asked?.resolve(result)
    else asked?.reject(new Error(`the check of a large resource failed: ${failure}`))
    next()
  }

  /** The one that is being checked cannot be; those behind it get a new thread. */
  function give(error: Error): void {
    void end()
    waiting.shift()?.reject(error)
    next()
  }

  return {
    async check({ resource, expression, profiles }, stored) {
      if (waiting.length >= maxWaiting) {
        throw new FhirError(
          'throttled',
          'Too many large resources wait to be validated. Send this one again in a while, or in smaller parts.',
          { headers: { 'retry-after': '5' } },
        )
      }
      const task: CheckTask = {
        id: ++lastId,
        text: stringifyJson(resource),
        stored,
        ...(expression === undefined ? {} : { expression }),
        ...(profiles === undefined ? {} : { profiles }),
      }
      return new Promise<CheckResult>((resolve, reject) => {
        waiting.push({ task, resolve, reject })
        if (waiting.length === 1) next()
      })
    },
    async stop() {
      clearTimeout(timer)
      for (const { reject } of waiting.splice(0)) {
        reject(new FhirError('unavailable', 'The server stops. Send the resource again in a while.'))
      }
      await end()
    },
  }
}

function tooMuch(what: string): FhirError {
  return new FhirError(
    'too-costly',
    `To validate this resource takes more than ${what}. Send it in smaller parts.`,
  )
}
