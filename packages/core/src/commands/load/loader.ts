import { readAnswer } from './answer.js'
import type { SourceFile, Stage } from './find-files.js'
import { type Payload, payloadsOf, UnreadableError } from './payload.js'
import type { Reporter } from './reporter.js'
import { FatalError, isThere, send, type Target } from './send.js'
import type { LoadState } from './state.js'
import { Summary } from './summary.js'

export interface LoadOptions {
  readonly concurrency: number
  /** Sends again what the state says is done. */
  readonly force: boolean
  /** Stops at the first failure. */
  readonly failFast: boolean
}

/** Failures shown of one request; a broken batch has one per entry. */
const shownFailures = 5

interface FileCount {
  resources: number
  failed: boolean
  sent: boolean
  /** Requests under way, and one while the file is still read. */
  open: number
}

/** Sends the files stage by stage; a stage begins when all of the one before are through. */
export class Loader {
  readonly summary = new Summary()
  /** Why the rest was not sent. */
  stoppedBy: string | undefined
  readonly #target: Target
  readonly #state: LoadState
  readonly #reporter: Reporter
  readonly #options: LoadOptions
  readonly #files = new Map<SourceFile, FileCount>()
  #bytes = 0

  constructor(target: Target, state: LoadState, reporter: Reporter, options: LoadOptions) {
    this.#target = target
    this.#state = state
    this.#reporter = reporter
    this.#options = options
  }

  async run(stages: readonly Stage[]): Promise<void> {
    for (const [index, stage] of stages.entries()) {
      if (this.#stopped()) return
      const payloads = this.#payloads(stage.files)
      const width = stage.ordered ? 1 : this.#options.concurrency
      await Promise.all(Array.from({ length: width }, () => this.#work(payloads)))
      if (stage.ordered && this.summary.failures > 0 && index < stages.length - 1) {
        this.stoppedBy ??= 'a file that the others refer to failed. Mend it and run the same command again'
      }
    }
  }

  #stopped(): boolean {
    if (this.#target.signal.aborted) this.stoppedBy ??= 'of Ctrl-C. Run the same command again to go on'
    return this.stoppedBy !== undefined
  }

  async *#payloads(files: readonly SourceFile[]): AsyncGenerator<Payload> {
    for (const file of files) {
      const count: FileCount = { resources: 0, failed: false, sent: false, open: 1 }
      this.#files.set(file, count)
      for await (const payload of payloadsOf(file)) {
        if (this.#stopped()) return
        if (payload instanceof UnreadableError) {
          this.#fail(file, [payload.message])
          continue
        }
        count.open++
        yield payload
      }
      this.#close(file)
    }
  }

  /** One of several that take turns at the same payloads. */
  async #work(payloads: AsyncGenerator<Payload>): Promise<void> {
    for (let next = await payloads.next(); !next.done && !this.#stopped(); next = await payloads.next()) {
      const payload = next.value
      try {
        await this.#load(payload)
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error)
        this.#fail(payload.file, [message])
        if (error instanceof FatalError) this.stoppedBy ??= message.replace(/\W+$/, '')
      }
      this.#bytes += payload.bytes
      this.#reporter.progress(this.#bytes, this.summary.resources)
      this.#close(payload.file)
    }
  }

  async #load(payload: Payload): Promise<void> {
    const todo = await this.#remaining(payload)
    if (!todo || todo.entries.length === 0) return
    const count = this.#files.get(payload.file)!
    count.sent = true
    const answer = await send(
      this.#target,
      todo.body,
      todo.entries.every((entry) => entry.repeatable),
    )
    const { changes, failures, done, sample } = readAnswer(todo, answer)
    for (const { type, change } of changes) this.summary.add(type, change)
    count.resources += changes.length
    if (failures.length === 0) {
      await this.#state.record(payload.key, { sample, done: undefined })
      return
    }
    this.#fail(payload.file, failures)
    if (payload.without && todo === payload && done.size > 0) {
      await this.#state.record(payload.key, { sample, done: [...done] })
    }
  }

  /** What the server has not been sent yet: the whole, a part, or nothing. */
  async #remaining(payload: Payload): Promise<Payload | undefined> {
    const known = this.#options.force ? undefined : this.#state.get(payload.key)
    if (!known) return payload
    // A server that was emptied since has nothing of it.
    if (known.sample !== undefined && !(await isThere(this.#target, known.sample))) return payload
    if (known.done === undefined) return undefined
    return payload.without?.(new Set(known.done)) ?? payload
  }

  #fail(file: SourceFile, failures: readonly string[]): void {
    this.#files.get(file)!.failed = true
    this.summary.failures += failures.length
    for (const failure of failures.slice(0, shownFailures)) this.#reporter.failure(`${file.name}: ${failure}`)
    if (failures.length > shownFailures) {
      this.#reporter.failure(
        `${file.name}: and ${failures.length - shownFailures} more errors in this request`,
      )
    }
    if (this.#options.failFast) this.stoppedBy ??= 'of --fail-fast'
  }

  #close(file: SourceFile): void {
    const count = this.#files.get(file)!
    count.open--
    if (count.open > 0) return
    if (count.failed) this.summary.failedFiles++
    else if (count.sent) this.summary.loadedFiles++
    else this.summary.skippedFiles++
    if (count.failed) return
    this.#reporter.file(`${file.name}: ${count.sent ? `${count.resources} resources` : 'loaded before'}`)
  }
}
