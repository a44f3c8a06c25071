import { createContext, Script } from 'node:vm'
import { FhirError } from '../errors/fhir-error.js'

/** Milliseconds; by the clock, so that a machine that is busy with other things has to have its share. */
const timeLimit = 250

/** Run where it can be stopped: a pattern is data that a client stored, and may take forever. */
const script = new Script(`(() => {
  let re
  try { re = new RegExp(pattern, 'u') } catch { re = new RegExp(pattern) }
  return texts.map((text) => re.test(text))
})()`)

const sandbox: { pattern: string; texts: readonly string[] } = { pattern: '', texts: [] }
let context: object | undefined

/**
 * Which of the texts match a regular expression as a whole.
 *
 * @throws FhirError `business-rule` for what is no regular expression, `too-costly` for one that takes too long.
 */
export function matchWhole(pattern: string, texts: readonly string[]): readonly boolean[] {
  // Made once: a context costs a hundred times what a match does.
  context ??= createContext(sandbox)
  sandbox.pattern = `^(?:${pattern})$`
  sandbox.texts = texts
  try {
    return script.runInContext(context, { timeout: timeLimit }) as readonly boolean[]
  } catch (error) {
    const slow = (error as { code?: string }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
    throw new FhirError(
      slow ? 'too-costly' : 'business-rule',
      slow
        ? `the regular expression ${pattern} of a filter took longer than ${timeLimit} ms`
        : `the filter's ${pattern} is no regular expression`,
      { cause: error },
    )
  } finally {
    sandbox.texts = []
  }
}
