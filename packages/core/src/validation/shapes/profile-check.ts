import { FhirError } from '../../errors/fhir-error.js'
import type { FhirNode, FhirPathEnvironment } from '../../fhirpath/contract.js'
import type { RuleTarget } from '../contract.js'
import { type CodeCheck, codesOf as codesIn } from './code-check.js'
import type { Matcher } from './discriminator.js'
import { coreUrl, type StructureDefinition } from './element-definition.js'
import { fitsPattern, isSame } from './equality.js'
import { childrenOf, type Item, isObject, isResource, itemsOf, resourceItem } from './items.js'
import { compareWithLimit } from './limits.js'
import { notSupported, type ProfileRun, report, tooFew, tooMany } from './profile-run.js'
import { targetTypeOf } from './references.js'
import type { ProfileShape, Shape, Shapes } from './shape.js'
import { shapeType, shortName } from './shape-names.js'
import { shown, shownUrl } from './shown.js'
import { Silence, type Sink } from './sink.js'
import { compileMatcher } from './slice-matcher.js'
import { checkSlices, type SliceCheck } from './slicing.js'
import type { Spot } from './spot.js'

/** Profiles lead to others by the types and targets of their elements. */
const deepest = 20

/** Checks values against the shapes of profiles. */
export class ProfileCheck implements SliceCheck {
  readonly #shapes: Shapes
  readonly #codes: CodeCheck
  readonly #matchers = new WeakMap<Shape, Matcher>()
  /** What is being asked of values: profiles may refer to each other in circles. */
  readonly #open = new Map<unknown, Set<string>>()

  constructor(shapes: Shapes, codes: CodeCheck) {
    this.#shapes = shapes
    this.#codes = codes
  }

  /** Checks a value, a resource or an element, against a profile of its type. */
  check(
    definition: StructureDefinition,
    item: Item,
    target: RuleTarget,
    sink: Sink,
    { explicit = false, depth = 0 }: { explicit?: boolean; depth?: number } = {},
  ): void {
    const profile = this.#compile(definition, item, sink)
    if (!profile) return
    const open = this.#open.get(item.value) ?? new Set()
    if (open.has(profile.url) || depth > deepest) return
    this.#open.set(item.value, open.add(profile.url))
    try {
      const environment = this.#environment(item, target)
      this.#checkItem(profile.root, item, { profile, target, sink, explicit, environment, depth })
    } finally {
      open.delete(profile.url)
      if (open.size === 0) this.#open.delete(item.value)
    }
  }

  /** A definition that cannot be used, maybe a client's, is a warning. */
  #compile(definition: StructureDefinition, { spot }: Item, sink: Sink): ProfileShape | undefined {
    try {
      return this.#shapes.compile(definition)
    } catch (failure) {
      // Clients may store definitions without any validation, so that they may be of any shape.
      const why = failure instanceof FhirError ? failure.message : 'it is no valid StructureDefinition'
      const { expression } = spot
      sink.report({
        severity: 'warning',
        code: 'not-supported',
        expression,
        text: `${expression}: the definition ${shownUrl(definition.url)} cannot be used: ${why}. What it asks for was not checked.`,
        profile: definition.url,
      })
      return undefined
    }
  }

  /** Whether a value conforms to a profile; undefined where the profile is not at hand. */
  conforms(item: Item, canonical: string, target: RuleTarget, depth: number): boolean | undefined {
    if (canonical.startsWith(coreUrl) && canonical.slice(coreUrl.length) === item.type) return true
    const definition = this.#find(canonical, item.spot.expression, target)
    if (!definition) return undefined
    if (definition.kind === 'resource' && item.type !== definition.type) return definition.type === 'Resource'
    if (definition.derivation !== 'constraint') return true
    const silence = new Silence()
    this.check(definition, item, target, silence, { depth: depth + 1 })
    return !silence.failed
  }

  /** Whether an item of the element belongs to a slice of it; undefined where this cannot be told. */
  matches(slice: Shape, owner: Shape, item: Item, { target, depth }: ProfileRun): boolean | undefined {
    let matcher = this.#matchers.get(slice)
    if (!matcher) {
      matcher = compileMatcher(slice.node, owner.slicing, this.#shapes.snapshots)
      this.#matchers.set(slice, matcher)
    }
    return matcher(item, {
      resolve: (reference) => resourceItem(reference, target),
      typeOf: (reference) => targetTypeOf(reference, target),
      contains: (valueSet, codes) => this.#codes.contains(valueSet, codes),
      conforms: (each, profile) => this.conforms(each, profile, target, depth),
      profiledType: (profile) => this.#shapes.snapshots.find(profile)?.type,
    })
  }

  /** Checks an item that belongs to a slice against it. */
  checkSlice(slice: Shape, item: Item, run: ProfileRun): void {
    this.#checkItem(slice, item, run)
  }

  #checkElement(shape: Shape, parent: Item, run: ProfileRun): void {
    const object = childrenOf(parent)
    const items = object ? itemsOf(object, shape.name, shape.properties, parent.spot) : []
    if (items.length < shape.min) tooFew(shape, items.length, parent.spot, run)
    else if (items.length === 0 && shape.mustSupport && run.explicit) notSupported(shape, parent.spot, run)
    if (items.length > shape.max) tooMany(shape, items.length, parent.spot, run)
    for (const item of items) this.#checkItem(shape, item, run)
    if (shape.slices.length > 0) checkSlices(shape, items, parent.spot, run, this)
  }

  #checkItem(shape: Shape, item: Item, run: ProfileRun): void {
    this.#checkValue(shape, item, run)
    const { type, value, spot } = item
    const { binding, constraints } = shape
    if (binding) this.#codes.binding(binding, item, run.sink, run.profile.title)
    if (shape.targetProfiles) this.#checkTarget(shape.targetProfiles, item, run)
    const profiles = shape.typeProfiles?.get(isResource(value) ? shapeType(shape, type) : type)
    if (profiles) this.#checkTypeProfiles(profiles, item, run)
    for (const constraint of constraints) {
      const node: FhirNode = {
        value,
        type: type === '' ? constraint.type : type,
        ...(item.sibling === undefined ? {} : { sibling: item.sibling }),
      }
      const found = constraint.check(node, run.environment, spot.expression)
      if (found) run.sink.report({ ...found, profile: run.profile.title })
    }
    if (childrenOf(item)) for (const child of shape.children) this.#checkElement(child, item, run)
    else for (const child of shape.children) if (child.name !== 'value') this.#checkAbsent(child, item, run)
  }

  /** Of a primitive without extensions everything below is absent. */
  #checkAbsent(child: Shape, item: Item, run: ProfileRun): void {
    if (child.min > 0) tooFew(child, 0, item.spot, run)
    for (const slice of child.slices) if (slice.min > 0) tooFew(slice, 0, item.spot, run)
  }

  #checkValue({ types, ...shape }: Shape, item: Item, run: ProfileRun): void {
    const { value, type, spot } = item
    if (types && type !== '' && !isResource(value) && !types.some((each) => each === type)) {
      const backbone = types.includes('BackboneElement') || types.includes('Element')
      if (!backbone)
        report(
          run,
          'structure',
          spot,
          `expected ${types.join(' or ')}, found ${type}`,
          'Give a value of this type.',
        )
    }
    if (value === undefined) return
    if ('fixed' in shape && !isSame(value, shape.fixed)) {
      report(
        run,
        'value',
        spot,
        `expected exactly ${shown(shape.fixed)}, found ${shown(value)}`,
        'Only this value is allowed here.',
      )
    }
    if ('pattern' in shape && !fitsPattern(value, shape.pattern)) {
      report(
        run,
        'value',
        spot,
        `expected at least ${shown(shape.pattern)}, found ${shown(value)}`,
        'Add what the pattern has.',
      )
    }
    if (shape.maxLength !== undefined && typeof value === 'string' && value.length > shape.maxLength) {
      report(
        run,
        'value',
        spot,
        `expected at most ${shape.maxLength} characters, found ${value.length}`,
        'Shorten it.',
      )
    }
    if ('minValue' in shape && (compareWithLimit(value, shape.minValue) ?? 0) < 0) {
      report(
        run,
        'value',
        spot,
        `expected no less than ${shown(shape.minValue)}, found ${shown(value)}`,
        'Correct the value.',
      )
    }
    if ('maxValue' in shape && (compareWithLimit(value, shape.maxValue) ?? 0) > 0) {
      report(
        run,
        'value',
        spot,
        `expected no more than ${shown(shape.maxValue)}, found ${shown(value)}`,
        'Correct the value.',
      )
    }
  }

  #checkTarget(targetProfiles: readonly string[], { value, spot }: Item, run: ProfileRun): void {
    if (!isObject(value)) return
    const { target } = run
    const reference = typeof value.reference === 'string' ? value.reference : undefined
    const said = typeof value.type === 'string' ? value.type : undefined
    const type = reference === undefined ? said : (targetTypeOf(reference, target) ?? said)
    if (type === undefined) return
    const candidates = targetProfiles.filter((profile) => {
      const profiled = this.#typeOfProfile(profile, spot, target)
      return profiled === undefined || profiled === type || profiled === 'Resource'
    })
    const expected = `expected a reference to ${targetProfiles.map(shortName).join(' or ')}`
    if (candidates.length === 0) {
      report(run, 'structure', spot, `${expected}, found one to ${type}`, 'Refer to another resource.')
      return
    }
    const resolved = reference === undefined ? undefined : resourceItem(reference, target)
    if (!resolved) return
    const conforming = candidates.map((profile) => this.conforms(resolved, profile, target, run.depth))
    if (conforming.every((answer) => answer === false)) {
      report(
        run,
        'structure',
        spot,
        `${expected}, found a ${type} that does not conform`,
        'Correct it, or refer to another.',
      )
    }
  }

  #typeOfProfile(profile: string, spot: Spot, target: RuleTarget): string | undefined {
    const bare = profile.startsWith(coreUrl) ? profile.slice(coreUrl.length) : ''
    if (/^[A-Z][A-Za-z]+$/.test(bare)) return bare
    return this.#find(profile, spot.expression, target)?.type
  }

  #checkTypeProfiles(profiles: readonly string[], item: Item, run: ProfileRun): void {
    const { target, depth } = run
    const [only] = profiles
    if (profiles.length === 1 && only !== undefined) {
      const definition = this.#find(only, item.spot.expression, target)
      if (definition?.derivation !== 'constraint') return
      this.check(definition, item, target, run.sink, { depth: depth + 1 })
      return
    }
    if (profiles.every((profile) => this.conforms(item, profile, target, depth) === false)) {
      const names = profiles.map(shortName).join(' or ')
      report(
        run,
        'structure',
        item.spot,
        `expected what conforms to ${names}, found what conforms to none`,
        'Check it against the one that is meant.',
      )
    }
  }

  #find(canonical: string, expression: string, target: RuleTarget): StructureDefinition | undefined {
    return (this.#shapes.snapshots.find(canonical) ??
      target.definition('StructureDefinition', canonical, expression)) as StructureDefinition | undefined
  }

  #environment(item: Item, target: RuleTarget): FhirPathEnvironment {
    const own: FhirNode = { value: target.resource, type: target.resource.resourceType }
    const resource = isResource(item.value) ? { value: item.value, type: item.type } : own
    const container = target.parent?.resource
    const root: FhirNode =
      container && container.resourceType !== 'Bundle' && container.resourceType !== 'Parameters'
        ? { value: container, type: container.resourceType }
        : resource
    return {
      resource,
      rootResource: root,
      resolve: (reference) => resourceItem(reference, target),
      memberOf: (valueSet, { value, type }) => {
        const codes = codesIn({ value, type, spot: item.spot })
        return codes ? this.#codes.contains(valueSet, codes) : false
      },
      conformsTo: (profile, { value, type }) =>
        this.conforms({ value, type, spot: item.spot }, profile, target, 0),
    }
  }
}
