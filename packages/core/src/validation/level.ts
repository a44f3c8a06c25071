/** How much of a resource is checked before it is stored: nothing, its structure, or everything. */
export type ValidationLevel = 'off' | 'structure' | 'full'

/** Which level applies. */
export interface ValidationLevels {
  readonly level: ValidationLevel
  /** Levels that a request may ask for with `Prefer: validation=`. */
  readonly perRequest: readonly ValidationLevel[]
}

const levels: readonly ValidationLevel[] = ['off', 'structure', 'full']

/** Requests may ask for more than the server does by default, and for less where `perRequest` says so. */
export function validationLevels(
  option:
    | ValidationLevel
    | { readonly level?: ValidationLevel; readonly perRequest?: readonly ValidationLevel[] } = {},
): ValidationLevels {
  const { level = 'structure', perRequest } = typeof option === 'string' ? { level: option } : option
  for (const each of [level, ...(perRequest ?? [])]) {
    if (!levels.includes(each)) {
      throw new TypeError(`validation: expected off, structure or full, found ${JSON.stringify(each)}.`)
    }
  }
  return { level, perRequest: perRequest ?? levels.slice(levels.indexOf(level) + 1) }
}

/** The level for a request that asks for one, or does not. */
export function levelFor(
  { level, perRequest }: ValidationLevels,
  asked: string | undefined,
): ValidationLevel {
  return perRequest.find((each) => each === asked) ?? level
}
