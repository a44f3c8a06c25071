import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { SearchParameterType } from '../../src/definitions/definitions.js'
import { r4 } from '../../src/definitions/r4.js'
import { FhirError } from '../../src/errors/fhir-error.js'
import { read } from './parse-support.js'

const test = suite('parseSearch: messages')

/** Values that each type refuses. */
const wrong: Readonly<Record<SearchParameterType, readonly string[]>> = {
  string: ['%', '\u0301', 'a\\q'],
  token: ['|', 'a|b|c', 'a\\q'],
  reference: ['a b', '#x', 'patient/1', 'a\\q'],
  date: ['soon', 'xx2024', '2024-13', 'ge'],
  number: ['high', 'xx5', '1,2,z', 'ge'],
  quantity: ['mg', '5|mg', '5|a|b|c'],
  uri: ['a\\q'],
  composite: ['a', '$', 'a$b$c$d'],
  special: ['a', '91|0', '0|0|x|km', '0|0|1|furlong'],
}

/** The message says which parameter, what was found, and what a right value looks like. */
function check(url: string, name: string, value: string): void {
  try {
    read(url)
  } catch (error) {
    assert.ok(FhirError.is(error), String(error))
    const { message } = error
    assert.is(error.status, 400, message)
    assert.ok(message.startsWith(`${name}: `), message)
    const shown = value.split(',').some((part) => part.split(/[|$]/).some((each) => message.includes(each)))
    assert.ok(shown, `${message} does not show ${value}`)
    assert.match(message, /such as|write|Did you mean/, message)
    return
  }
  throw new Error(`${url} was accepted`)
}

test('every parameter of every type refuses a wrong value by name, value and example', () => {
  let checked = 0
  for (const type of r4.resourceTypes) {
    for (const { code, type: kind } of r4.searchParameters(type).values()) {
      if (code === '_text' || code === '_content' || code === '_id' || code === '_lastUpdated') continue
      for (const value of wrong[kind]) {
        if (kind === 'string' && value === '%') continue
        check(`${type}?${code}=${encodeURIComponent(value)}`, code, value)
        checked++
      }
    }
  }
  assert.ok(checked > 4000, String(checked))
})

test('so do values of modifiers and of parameters that every type has', () => {
  for (const [name, value] of [
    ['identifier:of-type', 'MR|12'],
    ['identifier:in', 'a'],
    ['identifier:text', '\u0301'],
    ['organization:identifier', '|'],
    ['gender:missing', 'yes'],
    ['organization:below', 'a b'],
    ['_id', 'Patient/1'],
    ['_lastUpdated', 'soon'],
    ['_list', 'List/42'],
    ['_text', '(a'],
    ['_filter', '?'],
    ['_has:Observation:patient:date', 'soon'],
    ['general-practitioner:Practitioner', 'a b'],
    ['_count', 'many'],
    ['_elements', 'a b'],
  ]) {
    const parameter = `${name}=${encodeURIComponent(value ?? '')}`
    try {
      read(`Patient?${parameter}`)
    } catch (error) {
      assert.ok(FhirError.is(error), String(error))
      const { message } = error
      assert.ok(message.startsWith(`${name}: `), message)
      const shown = (value ?? '').split(/[|]/).some((each) => message.includes(each))
      assert.ok(shown, message)
      assert.match(message, /such as|looks like/, message)
      continue
    }
    throw new Error(`${parameter} was accepted`)
  }
})

test('a wrong value of a chain names the whole chain', () => {
  for (const url of ['Observation?patient.birthdate=soon', 'Observation?subject:Patient.birthdate=soon']) {
    const name = url.slice(url.indexOf('?') + 1, url.indexOf('='))
    check(url, name, 'soon')
  }
})

test.run()
