import type { FhirPathEnvironment } from '../../fhirpath/contract.js'
import type { Finding, RuleTarget } from '../contract.js'
import type { ProfileShape, Shape } from './shape.js'
import type { Sink } from './sink.js'
import { Spot } from './spot.js'

/** One profile being checked against one value. */
export interface ProfileRun {
  readonly profile: ProfileShape
  readonly target: RuleTarget
  readonly sink: Sink
  /** Whether somebody asked for this profile: then elements that it must support are reported where they are absent. */
  readonly explicit: boolean
  readonly environment: FhirPathEnvironment
  readonly depth: number
}

/** Reports an error of a profile; the sentence says what was expected and found. */
export function report(run: ProfileRun, code: Finding['code'], spot: Spot, sentence: string): void {
  const { expression } = spot
  const { title } = run.profile
  const text = `${expression}: ${sentence} (profile ${title}).`
  run.sink.report({ severity: 'error', code, expression, text, profile: title })
}

/** What messages call an element or slice: `component:SystolicBP`. */
function called({ name, node }: Shape): string {
  const { sliceName } = node.element
  return sliceName === undefined ? name : `${name}:${sliceName}`
}

export function tooFew(shape: Shape, found: number, parent: Spot, run: ProfileRun): void {
  const spot = new Spot(parent, shape.name)
  report(run, 'required', spot, `expected at least ${shape.min} ${called(shape)}, found ${found}`)
}

export function tooMany(shape: Shape, found: number, parent: Spot, run: ProfileRun): void {
  const spot = new Spot(parent, shape.name)
  const expected = shape.max === 0 ? `no ${called(shape)}` : `at most ${shape.max} ${called(shape)}`
  report(run, 'structure', spot, `expected ${expected}, found ${found}`)
}

export function notSupported(shape: Shape, parent: Spot, run: ProfileRun): void {
  const { expression } = new Spot(parent, shape.name)
  const { title } = run.profile
  run.sink.report({
    severity: 'information',
    code: 'informational',
    expression,
    text: `${expression}: the profile ${title} has systems support this element, and it is absent. Give it where it is known.`,
    profile: title,
  })
}
