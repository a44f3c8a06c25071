import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/**
 * Loads a file that `scripts/build-definitions.mjs` made, when it is first needed. They are CommonJS and JSON so that
 * this can be done without waiting.
 *
 * @throws Error when the build has not run.
 */
export function loadGenerated<T>(file: string): T {
  try {
    return require(`#generated/${file}`) as T
  } catch (cause) {
    throw new Error(`Expected the built file generated/${file} in @anamnesis/core. Run \`npm run build\`.`, {
      cause,
    })
  }
}
