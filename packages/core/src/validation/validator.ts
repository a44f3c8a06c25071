import type { AnyResource, OperationOutcomeIssue } from '../fhir/types.js'
import { createChecker } from './checker.js'
import { judge } from './full-validation.js'
import type { ValidationLevel } from './level.js'
import { type LocalOptions, openLocal } from './local.js'
import { validateStructure } from './structure.js'

/** What a validator knows besides R4's own definitions and terminology. */
export interface ValidatorOptions {
  /** FHIR packages with profiles and terminology: paths of `package.tgz` files or folders. */
  readonly packages?: readonly string[]
  /** Folder for unpacked packages; by default in the user's cache, `false` for none. */
  readonly packageCache?: string | false
  /** Folder of code systems that `anamnesis terminology import` made. */
  readonly terminologyFolder?: string
  /** `refuse` makes an extension whose definition is not at hand an error; `report` by default. */
  readonly unknownExtensions?: 'report' | 'refuse'
}

/** How to check one resource. */
export interface ValidateOptions {
  /** Canonical URLs of profiles to check besides those of `meta.profile`. */
  readonly profiles?: readonly string[]
  /** `full` by default: structure, and whatever else holds for a resource whose structure is right. */
  readonly level?: Exclude<ValidationLevel, 'off'>
}

/** Checks resources without a server and without waiting. */
export interface Validator {
  /**
   * Says what is wrong with a resource, errors first. Whatever needs a definition or a value set that is not at hand is an
   * issue too, of which the severity says how much it matters.
   *
   * @param resource as `parseJson` gives it, so that numbers keep their digits; plain objects will do. It is not changed.
   * @returns an empty list for a resource that is right
   */
  validate(resource: unknown, options?: ValidateOptions): OperationOutcomeIssue[]
  /** Closes the files of packages and code systems. */
  close(): void
}

/**
 * Opens what is needed for validating on this machine (https://hl7.org/fhir/R4/validation.html): no storage, no network.
 * Definitions are compiled when a resource first needs them, so keep the validator.
 *
 * @throws PackageError for packages that cannot be used, Error for a code system's file that is damaged.
 */
export async function createValidator(options: ValidatorOptions = {}): Promise<Validator> {
  const { unknownExtensions, packages = [], ...rest } = options
  const local: LocalOptions = { ...rest, packages }
  const { definitions, membership, close } = await openLocal(local)
  const checker = createChecker({
    definitions,
    membership,
    ...(unknownExtensions === undefined ? {} : { unknownExtensions }),
  })
  return {
    validate(resource, { profiles, level = 'full' } = {}) {
      const issues = validateStructure(resource)
      if (issues.length > 0 || level === 'structure') return issues
      const checked = checker.check({
        resource: resource as AnyResource,
        ...(profiles === undefined ? {} : { profiles }),
      })
      const open = checked.questions.flatMap((question) => judge(question, undefined))
      return [...checked.issues, ...open]
    },
    close,
  }
}
