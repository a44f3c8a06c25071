import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type ErrorCode, errorCodes } from '../../src/errors/codes.js'
import { FhirError } from '../../src/errors/fhir-error.js'
import { toErrorResponse } from '../../src/errors/outcome.js'
import { tableRows } from './markdown.js'

const test = suite('docs/errors.md')

const rows = tableRows('docs/errors.md')
  .filter(([code]) => code?.startsWith('`'))
  .map(([code = '', status, issue = '', when, remedy]) => ({
    code: code.replaceAll('`', ''),
    status: Number(status),
    issue: issue.replaceAll('`', ''),
    when,
    remedy,
  }))

test('documents every code once, and none that does not exist', () => {
  const documented = rows.map(({ code }) => code)
  assert.equal([...documented].sort(), Object.keys(errorCodes).sort())
})

test('gives each code the status and the issue type that leave the server', () => {
  for (const { code, status, issue } of rows) {
    const response = toErrorResponse(new FhirError(code as ErrorCode, 'A message.'))
    assert.equal(
      { code, status, issue },
      { code, status: response.status, issue: response.outcome.issue[0]?.code },
    )
  }
})

test('says of each code when it comes and what to do', () => {
  for (const { code, when, remedy } of rows) {
    assert.ok(when && when.length > 10, `${code}: when it comes`)
    assert.ok(remedy && remedy.length > 10, `${code}: what to do`)
  }
})

test('is in order of the status', () => {
  const statuses = rows.map(({ status }) => status)
  assert.equal(
    statuses,
    [...statuses].sort((a, b) => a - b),
  )
})

test.run()
