import type { ConformanceSource } from '../../definitions/conformance.js'
import { FhirError } from '../../errors/fhir-error.js'
import { parseCanonical } from '../../fhir/references.js'
import { applyDifferential } from './differential.js'
import { coreUrl, type ElementDefinition, type StructureDefinition } from './element-definition.js'
import { cloneNode, type ElementNode, elementsOf, treeOf } from './element-tree.js'

/**
 * The snapshot of a StructureDefinition: its own, or one that is generated from its differential and its base
 * (https://hl7.org/fhir/R4/profiling.html#snapshot).
 *
 * @throws FhirError `business-rule` where a definition that it builds on is not at hand, or the differential names what
 * its base does not have.
 */
export function snapshotOf(
  definition: StructureDefinition,
  source: ConformanceSource,
): readonly ElementDefinition[] {
  return definition.snapshot?.element ?? elementsOf(new Snapshots(source).treeOf(definition))
}

/** Snapshots as trees, each made once. */
export class Snapshots {
  readonly #source: ConformanceSource
  readonly #trees = new WeakMap<StructureDefinition, ElementNode>()
  /** Those that are being made: a profile may refer to itself. */
  readonly #open = new Set<StructureDefinition>()

  constructor(source: ConformanceSource) {
    this.#source = source
  }

  /** Nobody may change what is returned. @throws FhirError as `snapshotOf` does. */
  treeOf(definition: StructureDefinition): ElementNode {
    let tree = this.#trees.get(definition)
    if (tree) return tree
    assertElements(definition)
    tree = definition.snapshot?.element.length
      ? treeOf(definition.snapshot.element)
      : this.#generate(definition)
    this.#trees.set(definition, tree)
    return tree
  }

  find(canonical: string): StructureDefinition | undefined {
    const { url, version } = parseCanonical(canonical.includes(':') ? canonical : coreUrl + canonical)
    return this.#source.find('StructureDefinition', url, version) as StructureDefinition | undefined
  }

  /** The tree of the first of these that is at hand, can be used, and is not in the making. */
  firstTree(canonicals: readonly string[]): ElementNode | undefined {
    for (const canonical of canonicals) {
      const definition = this.find(canonical)
      if (!definition || this.#open.has(definition)) continue
      try {
        return this.treeOf(definition)
      } catch {
        // It may be of any shape: clients may store definitions without any validation.
      }
    }
    return undefined
  }

  #generate(definition: StructureDefinition): ElementNode {
    const { url, type, baseDefinition, differential } = definition
    const base = baseDefinition === undefined ? undefined : this.find(baseDefinition)
    if (!base || this.#open.has(base) || base === definition) {
      const why = base ? 'builds on itself by way of it' : 'is not here'
      throw new FhirError(
        'business-rule',
        `the profile ${url} has no snapshot, and its base ${baseDefinition} ${why}`,
      )
    }
    this.#open.add(definition)
    try {
      const root = { ...cloneNode(this.treeOf(base)), name: rootName(type) }
      return applyDifferential(root, differential?.element ?? [], definition, this)
    } finally {
      this.#open.delete(definition)
    }
  }
}

/** Definitions may have been stored by clients, and with validation off. @throws FhirError `business-rule`. */
function assertElements({ url, snapshot, differential }: StructureDefinition): void {
  for (const list of [snapshot?.element ?? [], differential?.element ?? []]) {
    if (Array.isArray(list) && list.every((element) => typeof element?.path === 'string')) continue
    throw new FhirError('business-rule', `the definition ${url} has elements without a path`)
  }
}

/** Logical models may be named by a URL. */
function rootName(type: string): string {
  return type.slice(type.lastIndexOf('/') + 1)
}
