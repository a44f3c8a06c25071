import type { RuleTarget } from '../contract.js'
import { type BundleEntry, linkedEntries, requireEntry, resourceEntries } from './bundle-references.js'
import { factsOf } from './facts.js'
import { isObject, type JsonObject, objects } from './values.js'

/**
 * A document (https://hl7.org/fhir/R4/documents.html#content): what the Composition refers to is in the Bundle, and
 * everything in the Bundle has to do with the Composition.
 */
export function checkDocument(target: RuleTarget): void {
  const entries = resourceEntries(target)
  const [first] = entries
  if (first?.resource.resourceType !== 'Composition') return
  const path = `${target.expression}.entry[${first.index}].resource`
  for (const { reference, expression } of requiredReferences(first.resource, path)) {
    requireEntry(target, first, reference, expression)
  }
  checkReach(target, first, entries)
}

interface Required {
  readonly reference: string
  readonly expression: string
}

/** The references of a Composition whose targets have to be in the document. */
function* requiredReferences(composition: JsonObject, path: string): Generator<Required> {
  yield* one(composition.subject, `${path}.subject`)
  yield* one(composition.encounter, `${path}.encounter`)
  yield* each(composition.author, `${path}.author`)
  yield* one(composition.custodian, `${path}.custodian`)
  for (const [index, { party }] of objects(composition.attester).entries()) {
    yield* one(party, `${path}.attester[${index}].party`)
  }
  for (const [index, { detail }] of objects(composition.event).entries()) {
    yield* each(detail, `${path}.event[${index}].detail`)
  }
  yield* ofSections(composition.section, path)
}

function* ofSections(sections: unknown, path: string): Generator<Required> {
  for (const [index, section] of objects(sections).entries()) {
    const here = `${path}.section[${index}]`
    yield* each(section.author, `${here}.author`)
    yield* one(section.focus, `${here}.focus`)
    yield* each(section.entry, `${here}.entry`)
    yield* ofSections(section.section, here)
  }
}

function* one(reference: unknown, expression: string): Generator<Required> {
  if (isObject(reference) && typeof reference.reference === 'string') {
    yield { reference: reference.reference, expression }
  }
}

function* each(references: unknown, expression: string): Generator<Required> {
  for (const [index, reference] of objects(references).entries()) {
    yield* one(reference, `${expression}[${index}]`)
  }
}

/** Forward from the Composition, or (with a warning, Provenance apart) as something that refers to what is reached. */
function checkReach(target: RuleTarget, first: BundleEntry, entries: readonly BundleEntry[]): void {
  const links = new Map(entries.map((entry) => [entry, linksOf(target, entry)]))
  const forward = new Set([first])
  spread(forward, links)
  const reached = new Set([first])
  spread(reached, bothWays(links))
  for (const entry of entries) {
    if (forward.has(entry) || (reached.has(entry) && entry.resource.resourceType === 'Provenance')) continue
    const expression = `${target.expression}.entry[${entry.index}]`
    const isReached = reached.has(entry)
    const how = isReached
      ? 'refers to the document, but nothing in the document refers to it'
      : 'is not part of it'
    const text = `${expression}: what the Composition does not lead to ${how}. Refer to it from the Composition, or leave it out.`
    target.report({ severity: isReached ? 'warning' : 'error', code: 'informational', expression, text })
  }
}

type Links = ReadonlyMap<BundleEntry, readonly BundleEntry[]>

function bothWays(links: Links): Links {
  const both = new Map([...links].map(([entry, others]) => [entry, [...others]]))
  for (const [entry, others] of links) for (const other of others) both.get(other)?.push(entry)
  return both
}

function spread(reached: Set<BundleEntry>, links: Links): void {
  // A set that grows while it is read is read to its end.
  for (const entry of reached) for (const other of links.get(entry) ?? []) reached.add(other)
}

function linksOf(target: RuleTarget, entry: BundleEntry): readonly BundleEntry[] {
  const resources = [entry.resource, ...objects(entry.resource.contained)] as (typeof entry.resource)[]
  return resources
    .flatMap((resource) => factsOf(target, resource).references)
    .flatMap(({ text }) => linkedEntries(target, entry, text))
}
