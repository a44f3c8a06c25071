import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/**
 * Loads a file that `scripts/build-definitions.mjs` made, when it is first needed. They are CommonJS and JSON so that
 * this can be done without waiting.
 *
 * @throws Error when the build has not run.
 */
export function loadGenerated<T>(file: string): T {
  return load(file, () => require(`#generated/${file}`) as T)
}

/**
 * Reads a file that the build made as it is.
 *
 * @throws Error when the build has not run.
 */
export function readGenerated(file: string): Buffer {
  return load(file, () => readFileSync(require.resolve(`#generated/${file}`)))
}

function load<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    throw new Error(`Expected the built file generated/${file} in @anamnesis/core. Run \`npm run build\`.`, {
      cause,
    })
  }
}
