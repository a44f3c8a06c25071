import type { Logger } from 'pino'

/** What the work of a job is told, and what it reports by. */
export interface JobContext<Progress = unknown> {
  readonly id: string
  /** What `save` was last given, by whichever instance; undefined at the very beginning. Go on from here. */
  readonly progress: Progress | undefined
  /**
   * Keeps how far the work is, for resuming and for showing it; also renews the lease. Rejects when the job was
   * cancelled, its lease was lost, or the server stops: let that end the work.
   */
  save(progress: Progress): Promise<void>
  /** Aborted when the work has to stop. What `save` kept last is where it goes on. */
  readonly signal: AbortSignal
  /** Logs under the job's kind and id. Never write patient data. */
  readonly log: Logger
}

/** A kind of long-running work: what it is called and how it is done. */
export interface JobDefinition<Input = unknown, Progress = unknown> {
  /** Unique in a server. */
  readonly kind: string
  /**
   * Does the work; resolves when it is done. It runs again from its saved progress after a crash, a restart or a lost
   * lease, so a step that was not saved may happen twice. What it throws ends the job as failed, with the message.
   */
  run(input: Input, context: JobContext<Progress>): Promise<void>
}

// biome-ignore lint/suspicious/noExplicitAny: jobs of all kinds side by side; each knows its own shapes
export type AnyJobDefinition = JobDefinition<any, any>

/**
 * Defines a kind of job. `Input` and `Progress` are JSON.
 *
 * @example
 * defineJob<{ types: string[] }, { done: number }>('export', async ({ types }, { progress, save, signal }) => { ... })
 */
export function defineJob<Input = unknown, Progress = unknown>(
  kind: string,
  run: JobDefinition<Input, Progress>['run'],
): JobDefinition<Input, Progress> {
  return Object.freeze({ kind, run })
}
