import type { RuleTarget } from '../contract.js'
import type { BasePlans, PlannedProperty } from './base-plan.js'
import type { StructureDefinition } from './element-definition.js'
import type { JsonObject } from './items.js'
import type { ProfileCheck } from './profile-check.js'
import { shownUrl } from './shown.js'
import type { Sink } from './sink.js'
import type { Spot } from './spot.js'
import type { Host } from './walk.js'

/** What an extension is whose definition is not at hand. */
export type UnknownExtensions = 'report' | 'refuse'

/** Checks extensions (https://hl7.org/fhir/R4/extensibility.html): known ones against their definition, in their place. */
export class ExtensionCheck {
  readonly #plans: BasePlans
  readonly #profiles: ProfileCheck
  readonly #unknown: UnknownExtensions

  constructor(plans: BasePlans, profiles: ProfileCheck, unknown: UnknownExtensions) {
    this.#plans = plans
    this.#profiles = profiles
    this.#unknown = unknown
  }

  check(
    extension: JsonObject,
    property: PlannedProperty,
    spot: Spot,
    host: Host,
    target: RuleTarget,
    sink: Sink,
  ): void {
    const { url } = extension
    // Parts of an extension have relative URLs, and the definition of the whole tells of them.
    if (typeof url !== 'string' || !url.includes(':')) return
    const modifies = property.name === 'modifierExtension'
    const definition = target.definition('StructureDefinition', url, spot.expression) as
      | StructureDefinition
      | undefined
    if (!definition) {
      this.#reportUnknown(url, modifies, spot, sink)
      return
    }
    if (definition.type !== 'Extension') {
      error(
        sink,
        spot,
        `expected the URL of an extension, found ${shownUrl(url)}, which defines ${definition.type}`,
      )
      return
    }
    const root = definition.snapshot?.element[0]
    if (root && (root.isModifier === true) !== modifies) {
      const right = modifies ? 'extension' : 'modifierExtension'
      error(sink, spot, `expected ${shownUrl(url)} in ${right}, found it in ${property.name}`)
    }
    if (!this.#isAllowed(definition, host)) {
      const places = definition.context?.map(({ expression }) => expression).join(', ')
      error(sink, spot, `expected ${shownUrl(url)} in ${places}, found it in ${host.paths[0]}`)
    }
    this.#profiles.check(definition, { value: extension, type: 'Extension', spot }, target, sink)
  }

  #reportUnknown(url: string, modifies: boolean, spot: Spot, sink: Sink): void {
    const { expression } = spot
    const refused = this.#unknown === 'refuse'
    const advice = modifies
      ? 'It may change the meaning of what it is in: who does not know it must not use that.'
      : 'It is kept as it is.'
    sink.report({
      severity: refused ? 'error' : modifies ? 'warning' : 'information',
      code: refused ? 'extension' : 'informational',
      expression,
      text: `${expression}: the extension ${shownUrl(url)} is not known here. ${refused ? 'Load the package that defines it.' : advice}`,
    })
  }

  /** https://hl7.org/fhir/R4/defining-extensions.html#context */
  #isAllowed({ context }: StructureDefinition, host: Host): boolean {
    const elements = Array.isArray(context) ? context.filter(({ type }) => type === 'element') : []
    // A context that is an expression, or another extension, is not judged here.
    if (!context || elements.length === 0 || elements.length < context.length) return true
    const names = new Set([...host.paths, host.type, ...this.#plans.ancestorsOf(host.type), 'Element'])
    for (const path of host.paths) if (!path.includes('.')) names.delete('Element')
    return elements.some(({ expression }) => {
      const bare = expression.replace('[x]', '').replace(/^.*#/, '')
      return names.has(bare) || (bare === 'Element' && !host.paths[0]?.includes('.')) || bare === 'Resource'
    })
  }
}

function error(sink: Sink, { expression }: Spot, sentence: string): void {
  sink.report({
    severity: 'error',
    code: 'extension',
    expression,
    text: `${expression}: ${sentence}. Use another extension, or put it where it belongs.`,
  })
}
