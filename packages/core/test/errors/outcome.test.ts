import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { FhirError } from '../../src/errors/fhir-error.js'
import { loggableError } from '../../src/errors/loggable-error.js'
import { toErrorResponse } from '../../src/errors/outcome.js'
import { validateStructure } from '../../src/validation/structure.js'

const test = suite('errors as they leave')

test('an outcome is valid FHIR, whatever a message quotes', () => {
  for (const quoted of ['a\0b\u0001', '\ud800', '\u2028', '', 'x'.repeat(100_000)]) {
    const issues = [
      { severity: 'error' as const, code: 'value' as const, diagnostics: quoted, expression: [] },
    ]
    for (const error of [
      new FhirError('malformed-request', quoted, { expression: [quoted] }),
      new FhirError('malformed-request', 'x', { issues }),
    ]) {
      const { outcome } = toErrorResponse(error)
      assert.equal(validateStructure(outcome), [])
      assert.ok((outcome.issue[0]?.diagnostics ?? '').length < 2100)
    }
  }
})

test('what is no FhirError, or has a code that nobody knows, tells nothing', () => {
  for (const error of [
    new Error('secret'),
    'secret',
    undefined,
    new FhirError('toString' as never, 'secret'),
  ]) {
    const { status, outcome } = toErrorResponse(error)
    assert.is(status, 500)
    assert.not.match(JSON.stringify(outcome), 'secret')
  }
})

test('the log gets names, codes and places of an error, and nothing that it quotes', () => {
  let parsing: unknown
  try {
    JSON.parse('{"family":"Zzyzx", broken')
  } catch (error) {
    parsing = error
  }
  const database = Object.assign(new Error('duplicate key (family)=(Zzyzx) of "Zzyzx"'), {
    code: '23505',
    detail: 'Key (family)=(Zzyzx) already exists.',
    where: 'Zzyzx',
    cause: new TypeError("Cannot create property 'x' on string 'Zzyzx'"),
  })
  for (const error of [
    parsing,
    database,
    new FhirError('internal', 'The database broke.', { cause: database }),
    'Zzyzx',
  ]) {
    assert.not.match(JSON.stringify(loggableError(error)), 'Zzyzx')
  }
  const logged = loggableError(database)
  assert.is(typeof logged === 'object' && logged.code, '23505')
  assert.match(JSON.stringify(logged), 'outcome.test.ts')
  const ours = loggableError(new FhirError('unavailable', 'The database cannot be reached.'))
  assert.is(typeof ours === 'object' && ours.message, 'The database cannot be reached.')
})

test.run()
