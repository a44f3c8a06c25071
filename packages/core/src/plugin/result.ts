import { parseJson, stringifyJson } from '../fhir/json.js'
import type { AnyResource, OperationOutcomeIssue } from '../fhir/types.js'
import type { StoredResource } from '../storage/storage.js'

/** Facts of a version that its text need not be parsed for. */
export interface ResultFacts {
  readonly type: string
  readonly id: string
  /** 0 where the resource has no version: a virtual resource. */
  readonly version: number
  /** Milliseconds since the epoch. */
  readonly lastUpdated: number
  readonly deleted: boolean
  /** True where no live resource was there before the write. */
  readonly created: boolean
  /** False where a write wrote nothing: a conditional create that found its match, a delete that found nothing. */
  readonly changed: boolean
  /** What validation said of a write that it let pass. */
  readonly warnings?: readonly OperationOutcomeIssue[] | undefined
}

/**
 * A version of a resource on its way out. `content` is the text that leaves; `resource` parses it on first use, so a
 * handler that does not look inside costs nothing.
 */
export class ResourceResult<R = AnyResource> implements ResultFacts {
  readonly type: string
  readonly id: string
  readonly version: number
  readonly lastUpdated: number
  readonly deleted: boolean
  readonly created: boolean
  readonly changed: boolean
  readonly warnings: readonly OperationOutcomeIssue[] | undefined
  readonly content: string
  #resource: R | undefined

  constructor(facts: ResultFacts, content: string) {
    this.type = facts.type
    this.id = facts.id
    this.version = facts.version
    this.lastUpdated = facts.lastUpdated
    this.deleted = facts.deleted
    this.created = facts.created
    this.changed = facts.changed
    this.warnings = facts.warnings
    this.content = content
  }

  /** The resource, parsed on first use; changing it does not change `content`: use `withResource`. */
  get resource(): R {
    this.#resource ??= parseJson(this.content).value as R
    return this.#resource
  }

  /** The same version with other content, e.g. masked. */
  withResource(resource: R): ResourceResult<R> {
    return new ResourceResult<R>(this, stringifyJson(resource, { lossy: true }))
  }

  /** A stored version. */
  static stored<R = AnyResource>(
    row: StoredResource,
    write: Pick<ResultFacts, 'created' | 'changed' | 'warnings'> = { created: false, changed: false },
  ): ResourceResult<R> {
    return new ResourceResult<R>(
      {
        type: row.type,
        id: row.id,
        version: row.version,
        lastUpdated: lastUpdatedOf(row.seq),
        deleted: row.deleted,
        ...write,
      },
      row.content,
    )
  }

  /** A resource that comes from elsewhere: what a handler of a virtual resource returns. */
  static virtual<R extends { resourceType: string; id?: string | undefined }>(
    resource: R,
  ): ResourceResult<R> {
    const facts = { type: resource.resourceType, id: resource.id ?? '', version: 0, lastUpdated: 0 }
    return new ResourceResult<R>(
      { ...facts, deleted: false, created: false, changed: false },
      stringifyJson(resource, { lossy: true }),
    )
  }
}

/** The milliseconds in a version's `seq`. */
export function lastUpdatedOf(seq: bigint): number {
  return Number(seq >> 20n)
}
