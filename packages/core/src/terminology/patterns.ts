import { Script } from 'node:vm'
import { FhirError } from '../errors/fhir-error.js'

const timeLimit = 100

/** Run where it can be stopped: a pattern is data that a client stored, and may take forever. */
const script = new Script(`
  let re
  try { re = new RegExp(pattern, 'u') } catch { re = new RegExp(pattern) }
  texts.map((text) => re.test(text))
`)

/**
 * Which of the texts match a regular expression as a whole.
 *
 * @throws FhirError `business-rule` for what is no regular expression, `too-costly` for one that takes too long.
 */
export function matchWhole(pattern: string, texts: readonly string[]): readonly boolean[] {
  try {
    return script.runInNewContext({ pattern: `^(?:${pattern})$`, texts: [...texts] }, { timeout: timeLimit })
  } catch (error) {
    const slow = (error as { code?: string }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
    throw new FhirError(
      slow ? 'too-costly' : 'business-rule',
      slow
        ? `the regular expression ${pattern} of a filter took longer than ${timeLimit} ms`
        : `the filter's ${pattern} is no regular expression`,
      { cause: error },
    )
  }
}
