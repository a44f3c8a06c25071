import manifest from '../package.json' with { type: 'json' }

/** The version of `@anamnesis/core`. */
export const version: string = manifest.version
