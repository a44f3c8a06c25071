// Guards the contract at compile time: `tsc` fails when an expected error is missing. The runtime part shows that the
// file is run at all.
import type { Patient } from 'fhir/r4.js'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  defineExtensionPoint,
  definePlugin,
  defineResource,
  defineService,
  hookKinds,
  optional,
} from '../../src/index.js'

const number = defineService<number>('types.number')
const words = defineExtensionPoint<string>('types.words')

const test = suite('plugin contract types')

test('uses types what setup receives', () => {
  const plugin = definePlugin({
    name: 'typed',
    uses: { number, words, maybe: optional(number) },
    setup: (services) => {
      const exact: number = services.number
      const list: readonly string[] = services.words
      const optionalNumber: number | undefined = services.maybe
      // @ts-expect-error an optional service may be undefined
      const wrong: number = services.maybe
      // @ts-expect-error only what was declared is there
      services.other
      return exact || list || optionalNumber || wrong ? {} : {}
    },
  })
  assert.is(plugin.name, 'typed')
})

test('provides types what setup returns', () => {
  definePlugin({
    name: 'right',
    provides: { number, words },
    setup: () => ({ provides: { number: 1, words: ['a'] } }),
  })
  // @ts-expect-error the service is not returned
  definePlugin({ name: 'missing', provides: { number }, setup: () => ({}) })
  // @ts-expect-error of another type
  definePlugin({ name: 'wrong', provides: { number }, setup: () => ({ provides: { number: 'one' } }) })
  assert.ok(Object.isFrozen(definePlugin({ name: 'frozen', setup: () => ({}) })))
})

test('handlers are typed by their resource type', () => {
  const definition = defineResource('Patient', {
    create: (input, _ctx, next) => {
      const patient: Patient = input.resource
      // @ts-expect-error a Patient has no subject
      input.resource.subject
      return next({ ...input, resource: { ...patient, active: true } })
    },
    read: async (_input, _ctx, next) => {
      const result = await next()
      const gender: Patient['gender'] | undefined = result?.resource.gender
      return gender === 'male' ? undefined : result
    },
  })
  // @ts-expect-error not a resource type
  defineResource('Pateint', {})
  assert.is(definition.type, 'Patient')
})

test('every hook has a kind', () => {
  // @ts-expect-error no such hook
  hookKinds.beforeLunch
  assert.is(Object.keys(hookKinds).length, 9)
})

test.run()
