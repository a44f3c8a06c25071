import type { ConformanceSource, ConformanceType } from '../../definitions/conformance.js'
import { parseCanonical } from '../../fhir/references.js'
import type { AnyResource } from '../../fhir/types.js'
import type { BindingQuestion, Finding, MissingDefinition, RuleTarget } from '../contract.js'
import { BundleIndex } from './bundle-index.js'
import { isResource, objects } from './values.js'

/** Where definitions come from, and where rules put what they find. */
export interface TargetContext {
  readonly definitions: ConformanceSource
  /** Canonical URLs of profiles that somebody asked for; the outermost resource is checked against them. */
  readonly profiles?: readonly string[]
  report(found: Finding): void
  ask(question: BindingQuestion): void
  missing(definition: MissingDefinition): void
}

/**
 * A resource and every resource in it, as rules see them: contained ones, those of a Bundle's entries and of Parameters,
 * at any depth. Only the elements that hold resources are looked at, so a plain resource costs next to nothing.
 *
 * @param expression FHIRPath of the resource.
 * @returns the outermost first, each before those inside it, in the order of the document.
 */
export function createTargets(
  resource: AnyResource,
  expression: string,
  context: TargetContext,
): RuleTarget[] {
  const targets: Target[] = []
  addTarget(targets, new Target(resource, expression, context, undefined, 'outermost'))
  return targets
}

type Place = 'outermost' | 'contained' | 'entry' | 'part'

class Target implements RuleTarget {
  readonly root: RuleTarget
  readonly parent?: Target
  readonly profiles?: readonly string[]
  readonly #context: TargetContext
  readonly #place: Place
  #contained: ReadonlyMap<string, Target> | undefined
  #entries: BundleIndex<Target> | undefined
  /** The targets inside this one. */
  readonly children: Target[] = []

  constructor(
    readonly resource: AnyResource,
    readonly expression: string,
    context: TargetContext,
    parent: Target | undefined,
    place: Place,
    /** Where this is the resource of a Bundle's entry: the fullUrl of that entry. */
    readonly fullUrl?: string,
  ) {
    this.#context = context
    this.#place = place
    this.root = parent?.root ?? this
    if (parent) this.parent = parent
    else if (context.profiles) this.profiles = context.profiles
  }

  resolve(reference: string): Target | undefined {
    if (reference.startsWith('#')) return this.#fragment(reference.slice(1))
    let target: Target | undefined = this
    while (target) {
      const found: Target | undefined =
        target.#place === 'entry' ? target.parent?.entries().find(reference, target.fullUrl) : undefined
      if (found) return found
      target = target.parent
    }
    return undefined
  }

  definition(type: ConformanceType, canonical: string, expression: string): AnyResource | undefined {
    if (canonical.startsWith('#')) {
      const found = this.#fragment(canonical.slice(1))?.resource
      return found?.resourceType === type ? found : undefined
    }
    const { url, version } = parseCanonical(canonical)
    const found = this.#context.definitions.find(type, url, version)
    if (!found) this.#context.missing({ type, canonical, expression })
    return found
  }

  report(found: Finding): void {
    this.#context.report(found)
  }

  ask(question: BindingQuestion): void {
    this.#context.ask(question)
  }

  entries(): BundleIndex<Target> {
    this.#entries ??= new BundleIndex(this.children)
    return this.#entries
  }

  /** `#id` looks in the resource that contains this one, if one does; `#` alone is that resource itself. */
  #fragment(id: string): Target | undefined {
    const container = this.#place === 'contained' && this.parent ? this.parent : this
    if (id === '') return container
    container.#contained ??= new Map(
      container.children
        .filter((child) => child.#place === 'contained')
        .map((child) => [String(child.resource.id), child]),
    )
    return container.#contained.get(id)
  }

  child(resource: AnyResource, path: string, place: Place, fullUrl?: string): Target {
    const child = new Target(resource, `${this.expression}.${path}`, this.#context, this, place, fullUrl)
    this.children.push(child)
    return child
  }
}

function addTarget(targets: Target[], target: Target): void {
  targets.push(target)
  const { resource } = target
  if (resource.contained !== undefined) {
    objects(resource.contained).forEach((contained, index) => {
      if (isResource(contained))
        addTarget(targets, target.child(contained, `contained[${index}]`, 'contained'))
    })
  }
  if (resource.resourceType === 'Bundle') addEntries(targets, target)
  if (resource.resourceType === 'Parameters') addParameters(targets, target, resource.parameter, 'parameter')
}

function addEntries(targets: Target[], bundle: Target): void {
  objects(bundle.resource.entry).forEach((entry, index) => {
    const fullUrl = typeof entry.fullUrl === 'string' ? entry.fullUrl : undefined
    if (isResource(entry.resource)) {
      addTarget(targets, bundle.child(entry.resource, `entry[${index}].resource`, 'entry', fullUrl))
    }
    const outcome = (entry.response as { outcome?: unknown } | undefined)?.outcome
    if (isResource(outcome)) {
      addTarget(targets, bundle.child(outcome, `entry[${index}].response.outcome`, 'part'))
    }
  })
}

function addParameters(targets: Target[], target: Target, parameters: unknown, path: string): void {
  objects(parameters).forEach((parameter, index) => {
    const here = `${path}[${index}]`
    if (isResource(parameter.resource)) {
      addTarget(targets, target.child(parameter.resource, `${here}.resource`, 'part'))
    }
    if (parameter.part !== undefined) addParameters(targets, target, parameter.part, `${here}.part`)
  })
}
