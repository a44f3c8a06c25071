import { randomUUID } from 'node:crypto'
import type { Job, JobStore } from '@anamnesis/core'
import { toFhirError } from './errors.js'
import type { Pool } from './pool.js'
import type { Statement } from './statement.js'

interface Row extends Omit<Job, 'createdAt' | 'updatedAt' | 'error'> {
  readonly error: string | null
  readonly created_at: bigint
  readonly updated_at: bigint
}

const columns = 'id, kind, state, input, progress, error, created_at, updated_at'
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Jobs in the table `job`. */
export class PostgresJobs implements JobStore {
  readonly #pool: () => Pool
  readonly #clock: () => number

  constructor(pool: () => Pool, clock: () => number) {
    this.#pool = pool
    this.#clock = clock
  }

  async create({ kind, input }: { readonly kind: string; readonly input: unknown }): Promise<Job> {
    const [row] = await this.#execute({
      text: `insert into job (id, kind, input, created_at, updated_at) values ($1, $2, $3, $4, $4) returning ${columns}`,
      values: [randomUUID(), kind, toJson(input), this.#now()],
    })
    return toJob(row!)
  }

  async get(id: string): Promise<Job | undefined> {
    if (!uuid.test(id)) return undefined
    const [row] = await this.#pool().query<Row>({
      text: `select ${columns} from job where id = $1`,
      values: [id],
    })
    return row && toJob(row)
  }

  async list({
    kind,
    state,
  }: {
    readonly kind?: string
    readonly state?: Job['state']
  } = {}): Promise<readonly Job[]> {
    const rows = await this.#pool().query<Row>({
      text: `select ${columns} from job where ($1::text is null or kind = $1) and ($2::text is null or state = $2)
        order by n desc limit 1000`,
      values: [kind ?? null, state ?? null],
    })
    return rows.map(toJob)
  }

  async lease(kinds: readonly string[], owner: string, milliseconds: number): Promise<Job | undefined> {
    const now = this.#now()
    // Whoever meets a job that another one is just taking looks at the next.
    const [row] = await this.#execute({
      text: `update job set state = 'running', owner = $2, leased_until = $3::bigint + $4::bigint, updated_at = $3
        where id = (select id from job where kind = any ($1::text[])
          and (state = 'waiting' or state = 'running' and leased_until <= $3::bigint)
          order by n limit 1 for update skip locked)
        returning ${columns}`,
      values: [kinds, owner, now, Math.ceil(milliseconds)],
    })
    return row && toJob(row)
  }

  async save(
    id: string,
    owner: string,
    { progress, state, error, milliseconds }: Parameters<JobStore['save']>[2],
  ): Promise<boolean> {
    if (!uuid.test(id)) return false
    const rows = await this.#execute({
      text: `update job set progress = coalesce($3::json, progress), state = coalesce($4, state),
          error = coalesce($5, error), updated_at = $6, leased_until = $6::bigint + $7::bigint
        where id = $1 and owner = $2 and state = 'running' returning ${columns}`,
      values: [
        id,
        owner,
        progress === undefined ? null : toJson(progress),
        state ?? null,
        error?.replaceAll('\0', '') ?? null,
        this.#now(),
        Math.ceil(milliseconds),
      ],
    })
    return rows.length > 0
  }

  async cancel(id: string): Promise<boolean> {
    if (!uuid.test(id)) return false
    const rows = await this.#execute({
      text: `update job set state = 'cancelled', updated_at = $2
        where id = $1 and state in ('waiting', 'running') returning ${columns}`,
      values: [id, this.#now()],
    })
    return rows.length > 0
  }

  #now(): number {
    return Math.floor(this.#clock())
  }

  /** Never sent twice: a second time a lease would take another job. */
  async #execute(statement: Statement): Promise<Row[]> {
    try {
      return await this.#pool().execute<Row>(statement)
    } catch (error) {
      throw toFhirError(error)
    }
  }
}

function toJson(value: unknown): string {
  return JSON.stringify(value ?? null)
}

function toJob({ id, kind, state, input, progress, error, created_at, updated_at }: Row): Job {
  return {
    id,
    kind,
    state,
    input,
    progress,
    ...(error === null ? {} : { error }),
    createdAt: Number(created_at),
    updatedAt: Number(updated_at),
  }
}
