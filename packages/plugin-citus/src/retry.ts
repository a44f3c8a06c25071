import { setTimeout as sleep } from 'node:timers/promises'

/** Runs `work` again while it fails in a way that `again` accepts, after a short random wait that grows. */
export async function withRetries<T>(
  attempts: number,
  again: (error: unknown) => boolean,
  work: (attempt: number) => Promise<T>,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work(attempt)
    } catch (error) {
      if (attempt + 1 >= attempts || !again(error)) throw error
      await sleep(Math.random() * Math.min(5 * 2 ** attempt, 200))
    }
  }
}
