import { createHash } from 'node:crypto'
import type { Finding, Rule } from '../contract.js'
import { expressionOf, factsOf } from './facts.js'

/** The size and hash of an Attachment are those of its data (https://hl7.org/fhir/R4/datatypes.html#Attachment). */
export const attachments: Rule = {
  name: 'attachment',
  check(target) {
    for (const { value, pointer } of factsOf(target).attachments) {
      const { data, size, hash } = value
      if (typeof data !== 'string') continue
      const bytes = Buffer.from(data, 'base64')
      const fail = (code: Finding['code'], element: string, text: string) => {
        const expression = `${expressionOf(target.resource, target.expression, pointer)}.${element}`
        target.report({ severity: 'error', code, expression, text: `${expression}: ${text}` })
      }
      if (typeof size === 'number' && size !== bytes.length) {
        fail('value', 'size', `expected ${bytes.length}, the number of bytes of the data, found ${size}.`)
      }
      // SHA-1 is what R4 defines; it protects from accidents, not from people.
      if (typeof hash !== 'string' || hash === createHash('sha1').update(bytes).digest('base64')) continue
      fail('value', 'hash', 'expected the SHA-1 of the data in base64, found another.')
    }
  },
}
