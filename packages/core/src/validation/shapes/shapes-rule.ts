import type { ConformanceSource } from '../../definitions/conformance.js'
import type { Membership } from '../../terminology/membership.js'
import type { Rule } from '../contract.js'

/** What the rule needs to know. */
export interface ShapesOptions {
  /** Definitions that profiles are made from: R4's own, and those of packages. */
  readonly definitions: ConformanceSource
  readonly membership: Membership
  /** What an extension is whose definition is not at hand. Default: information, and a warning where it modifies. */
  readonly unknownExtensions?: 'report' | 'refuse'
}

/** Checks resources against the definitions of their types, of their extensions and of the profiles that they claim. */
export interface ShapesRule extends Rule {
  /** Drops what was compiled and remembered: for when definitions or terminology have changed. */
  forget(): void
}

export function shapesRule(_options: ShapesOptions): ShapesRule {
  return { name: 'shapes', check() {}, forget() {} }
}
