import { FhirError, type SearchExplanation, type SearchPage } from '@anamnesis/core'
import { toFhirError } from '../errors.js'
import type { Send } from '../pool.js'
import type { Queryable, Statement } from '../statement.js'

type Step = SearchExplanation['steps'][number]

/** Milliseconds that one statement may take while it is explained; then its plan is told without being run. */
const statementTimeout = 10_000

/**
 * Runs a search and tells of each of its statements what it was for, its plan and its time. A statement that takes too
 * long ends the explanation, its plan unmeasured; so does what the search is refused for.
 */
export async function explainSearch(
  send: Send,
  search: (database: Queryable) => Promise<SearchPage>,
): Promise<SearchExplanation> {
  const tracer = new Tracer(send)
  await send({ text: `begin read only; set local statement_timeout = ${statementTimeout}` })
  try {
    await search(tracer)
  } catch (error) {
    if (!FhirError.is(error)) throw error
    tracer.steps.push({ description: `Ends here: ${error.message}` })
  } finally {
    await send({ text: 'rollback' })
  }
  return { steps: tracer.steps }
}

/** Runs each statement under EXPLAIN ANALYZE before it runs it for its rows. */
class Tracer implements Queryable {
  readonly steps: Step[] = []
  readonly #send: Send

  constructor(send: Send) {
    this.#send = send
  }

  async query<Row>({ text, values = [], purpose }: Statement): Promise<Row[]> {
    const description = purpose ?? 'Looks something up'
    const explained = { description, statement: text }
    if (/^explain/i.test(text)) {
      this.steps.push(explained)
    } else {
      await this.#send({ text: 'savepoint step' })
      try {
        const lines = await this.#plan(`explain (analyze, buffers) ${text}`, values)
        const milliseconds = timeOf(lines)
        this.steps.push({
          ...explained,
          plan: lines.join('\n'),
          ...(milliseconds === undefined ? {} : { milliseconds }),
        })
      } catch (error) {
        await this.#send({ text: 'rollback to savepoint step' })
        this.steps.push({ ...explained, plan: (await this.#plan(`explain ${text}`, values)).join('\n') })
        throw toFhirError(error)
      }
    }
    const { rows } = await this.#send({ text, values })
    return rows as Row[]
  }

  async #plan(text: string, values: readonly unknown[]): Promise<string[]> {
    const { rows } = await this.#send({ text, values })
    return rows.map((row) => withoutTexts(row['QUERY PLAN']))
  }
}

/** Planning and execution, as the last lines of a plan tell them. */
function timeOf(lines: readonly string[]): number | undefined {
  const times = lines.flatMap((line) => /^(?:Planning|Execution) Time: ([\d.]+) ms$/.exec(line)?.[1] ?? [])
  return times.length === 0 ? undefined : times.reduce((sum, time) => sum + Number(time), 0)
}

/** A plan's line without the texts that it compares with: ids and names that earlier statements found. */
function withoutTexts(line: string): string {
  return line.replace(/'(?:[^']|'')*'::text/g, "'...'::text")
}
