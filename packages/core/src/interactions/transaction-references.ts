import { FhirError } from '../errors/fhir-error.js'
import { cloneJson } from '../fhir/digits.js'
import { collectReferences, rewriteReferences } from '../fhir/rewrite-references.js'
import type { AnyResource } from '../fhir/types.js'
import type { RequestContext } from '../plugin/context.js'
import type { CreateInteraction, Interaction, QueryParameters } from '../plugin/interaction.js'
import { patientReferences } from '../search/compartments.js'
import type { ResourceKey, StorageTransaction } from '../storage/storage.js'
import { criteriaKey, criteriaQuery, multipleMatches } from './conditional.js'
import { conditionalReferences } from './conditional-references.js'
import type { EngineParts } from './engine.js'
import { atEntry, type RequestEntry } from './entry.js'
import { checkResolved } from './transaction-checks.js'
import { Targets } from './transaction-targets.js'

/** An entry of a transaction with its references resolved. */
export interface ResolvedEntry extends RequestEntry {
  /** The id to write under; for a conditional interaction, that of its match. Absent where there is nothing to write to. */
  readonly id?: string
  /** True where criteria found their match. A conditional create then writes nothing. */
  readonly matched: boolean
}

/**
 * Gives every entry its id and rewrites what refers to them (https://hl7.org/fhir/R4/http.html#trules). Conditional
 * entries claim their criteria first; all criteria are then matched at once, those of conditional references too.
 */
export async function resolveEntries(
  parts: EngineParts,
  tx: StorageTransaction,
  entries: readonly RequestEntry[],
  ctx: RequestContext,
): Promise<ResolvedEntry[]> {
  const criteria = new Map<string, Criteria>()
  const ofEntry = new Map<number, string>()
  for (const { index, interaction } of entries) {
    const asked = criteriaOf(interaction)
    if (!asked) continue
    const key = criteriaKey(asked.type, asked.criteria)
    ofEntry.set(index, key)
    if (!criteria.has(key)) criteria.set(key, { ...asked, index })
  }
  await tx.claim([...criteria.keys()].sort())
  const references = conditionalReferences(parts.definitions, entries)
  for (const [key, reference] of references.criteria) if (!criteria.has(key)) criteria.set(key, reference)
  const matches = await matchAll(parts, tx, criteria, ctx)

  const ids = new Map<number, string>()
  const firstOfCriteria = new Map<string, number>()
  const matched = new Set<number>()
  for (const { index, interaction } of entries) {
    const key = ofEntry.get(index)
    if (key === undefined) continue
    const match = matches.get(key)
    if (match) {
      ids.set(index, match.id)
      matched.add(index)
    } else if (interaction.interaction === 'create') {
      // The same criteria twice in one bundle: the first creates, the others mean what it creates.
      if (firstOfCriteria.has(key)) matched.add(index)
      else firstOfCriteria.set(key, index)
    }
  }
  const targets = new Targets(entries)
  /** What criteria mean: their match, or what a conditional create of this bundle makes for want of one. */
  const matchOf = (key: string): string | undefined => {
    const match = matches.get(key)
    if (match) return `${match.type}/${match.id}`
    const creator = firstOfCriteria.get(key)
    const id = creator === undefined ? undefined : ids.get(creator)
    return id === undefined ? undefined : `${criteria.get(key)?.type}/${id}`
  }
  const resolveAny = (reference: string, from: string | undefined) => {
    const key = references.keyOf(reference)
    return key === undefined ? targets.resolve(reference, from) : matchOf(key)
  }
  assignIds(parts, entries, ids, matched, targets, resolveAny)
  for (const index of matched) {
    const first = firstOfCriteria.get(ofEntry.get(index) ?? '')
    const id = first === undefined ? undefined : ids.get(first)
    if (id !== undefined && !ids.has(index)) ids.set(index, id)
    targets.set(index, ids.get(index))
  }
  checkResolved(entries, ids, matched, ofEntry)
  return entries.map((entry) => {
    const resolve = (reference: string): string | undefined => {
      const key = references.keyOf(reference)
      if (key === undefined) return targets.resolve(reference, entry.fullUrl)
      return matchOf(key) ?? unresolved(reference, criteria.get(key)?.type ?? '')
    }
    const interaction = atEntry(entry.index, () =>
      withResource(entry.interaction, (resource) => {
        // A copy: when the database retries, references have to be resolved anew, to other ids.
        const copy = cloneJson(resource)
        rewriteReferences(copy, resolve)
        return copy
      }),
    )
    const id = ids.get(entry.index)
    const facts = { ...entry, interaction, matched: matched.has(entry.index) }
    return id === undefined ? facts : { ...facts, id }
  })
}

interface Criteria {
  readonly type: string
  readonly criteria: QueryParameters
  readonly index: number
}

function criteriaOf(interaction: Interaction): Omit<Criteria, 'index'> | undefined {
  switch (interaction.interaction) {
    case 'create':
      return interaction.ifNoneExist && { type: interaction.type, criteria: interaction.ifNoneExist }
    case 'update':
    case 'patch':
    case 'delete':
      return interaction.criteria && { type: interaction.type, criteria: interaction.criteria }
    default:
      return undefined
  }
}

async function matchAll(
  parts: EngineParts,
  tx: StorageTransaction,
  criteria: ReadonlyMap<string, Criteria>,
  ctx: RequestContext,
): Promise<Map<string, ResourceKey>> {
  const all = [...criteria]
  if (all.length === 0) return new Map()
  const queries = await Promise.all(
    all.map(([, asked]) =>
      atEntry(asked.index, async () => criteriaQuery(parts, asked.type, asked.criteria, ctx)),
    ),
  )
  const found = await tx.match(queries)
  const matches = new Map<string, ResourceKey>()
  for (const [position, [key, asked]] of all.entries()) {
    const [match, second] = found[position] ?? []
    if (second)
      atEntry(asked.index, () => {
        throw multipleMatches(asked.type, asked.criteria)
      })
    if (match) matches.set(key, match)
  }
  return matches
}

function unresolved(reference: string, type: string): never {
  throw new FhirError(
    'unresolved-reference',
    `The conditional reference '${reference.slice(0, 200)}' matches no ${type}. Load the ${type} first, or put it into this bundle and refer to its fullUrl.`,
  )
}

/** Patients first: a member of a patient's compartment gets an id that places it beside its patient. */
function assignIds(
  parts: EngineParts,
  entries: readonly RequestEntry[],
  ids: Map<number, string>,
  matched: ReadonlySet<number>,
  targets: Targets,
  resolve: (reference: string, from: string | undefined) => string | undefined,
): void {
  const give = (index: number, id: string) => {
    ids.set(index, id)
    targets.set(index, id)
  }
  const creates: RequestEntry[] = []
  for (const entry of entries) {
    const { index, interaction } = entry
    const known = ids.get(index) ?? ('id' in interaction ? interaction.id : undefined)
    if (known !== undefined) give(index, known)
    else if (interaction.interaction === 'create' && !matched.has(index)) creates.push(entry)
    else if (interaction.interaction === 'update') {
      if (interaction.resource.id === undefined) creates.push(entry)
      else give(index, String(interaction.resource.id))
    }
  }
  const type = (entry: RequestEntry) => (entry.interaction as CreateInteraction).type
  for (const entry of creates)
    if (type(entry) === 'Patient') give(entry.index, parts.storage.newId('Patient'))
  for (const entry of creates) {
    if (type(entry) === 'Patient') continue
    const patient = patientOf((entry.interaction as CreateInteraction).resource, (reference) =>
      resolve(reference, entry.fullUrl),
    )
    give(entry.index, parts.storage.newId(type(entry), patient))
  }
}

/** The id of the Patient that a resource is about once its references are resolved. */
function patientOf(
  resource: AnyResource,
  resolve: (reference: string) => string | undefined,
): string | undefined {
  const inside = (found: readonly string[]) =>
    found.find((reference) => reference.startsWith('Patient/'))?.slice('Patient/'.length)
  const direct = inside(patientReferences(resource).map((reference) => resolve(reference) ?? reference))
  if (direct !== undefined || ![...collectReferences(resource)].some(isConditionalPatient)) return direct
  // Nothing can be searched by a conditional reference, so only the resolved resource tells whose it is.
  const copy = cloneJson(resource)
  rewriteReferences(copy, resolve)
  return inside(patientReferences(copy))
}

function isConditionalPatient(reference: string): boolean {
  return reference.startsWith('Patient?')
}

function withResource(interaction: Interaction, change: (resource: AnyResource) => AnyResource): Interaction {
  if (interaction.interaction !== 'create' && interaction.interaction !== 'update') return interaction
  return { ...interaction, resource: change(interaction.resource) }
}
