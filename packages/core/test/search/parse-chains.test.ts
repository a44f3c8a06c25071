import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { clauseOf, read, refused } from './parse-support.js'

const test = suite('parseSearch: chains')

const patientNamed = (values: string[]) => ({
  type: 'Patient',
  where: [{ kind: 'string', param: 'name', values }],
})

test('a typed chain goes to its type', () => {
  assert.equal(clauseOf('Observation?subject:Patient.name=a,b'), {
    kind: 'chain',
    param: 'subject',
    targets: [patientNamed(['a', 'b'])],
  })
})

test('a chain without a type goes to every target that has the parameter', () => {
  const { targets } = clauseOf('Observation?subject.name=x') as { targets: { type: string }[] }
  // Group and Device have no name parameter.
  assert.equal(targets.map(({ type }) => type).sort(), ['Location', 'Patient'])
})

test('chains have several levels, modifiers at their end and ids', () => {
  assert.equal(clauseOf('Observation?patient.organization:Organization.name:exact=Acme'), {
    kind: 'chain',
    param: 'patient',
    targets: [
      {
        type: 'Patient',
        where: [
          {
            kind: 'chain',
            param: 'organization',
            targets: [
              {
                type: 'Organization',
                where: [{ kind: 'string', param: 'name', modifier: 'exact', values: ['Acme'] }],
              },
            ],
          },
        ],
      },
    ],
  })
  assert.equal(clauseOf('Observation?patient._id=1'), {
    kind: 'chain',
    param: 'patient',
    targets: [{ type: 'Patient', where: [{ kind: 'id', ids: ['1'] }] }],
  })
})

test('_has looks the other way', () => {
  assert.equal(clauseOf('Patient?_has:Observation:patient:code=1234-5'), {
    kind: 'has',
    type: 'Observation',
    param: 'patient',
    where: [{ kind: 'token', param: 'code', values: [{ code: '1234-5' }] }],
  })
})

test('_has nests, and goes into chains and out of them', () => {
  assert.equal(clauseOf('Patient?_has:Observation:patient:_has:AuditEvent:entity:agent=MyUser'), {
    kind: 'has',
    type: 'Observation',
    param: 'patient',
    where: [
      {
        kind: 'has',
        type: 'AuditEvent',
        param: 'entity',
        where: [{ kind: 'reference', param: 'agent', values: [{ id: 'MyUser' }] }],
      },
    ],
  })
  assert.equal(clauseOf('Encounter?patient._has:Group:member:_id=102'), {
    kind: 'chain',
    param: 'patient',
    targets: [
      {
        type: 'Patient',
        where: [{ kind: 'has', type: 'Group', param: 'member', where: [{ kind: 'id', ids: ['102'] }] }],
      },
    ],
  })
  assert.equal(clauseOf('Patient?_has:Observation:patient:encounter.class=AMB'), {
    kind: 'has',
    type: 'Observation',
    param: 'patient',
    where: [
      {
        kind: 'chain',
        param: 'encounter',
        targets: [
          { type: 'Encounter', where: [{ kind: 'token', param: 'class', values: [{ code: 'AMB' }] }] },
        ],
      },
    ],
  })
})

test('an unknown link of a chain is refused under lenient handling too', () => {
  refused('Observation?patient.nam=x', 'invalid-search', /Did you mean name\?/, 'lenient')
  refused('Observation?subject.nonsense-name=x', 'invalid-search', /nonsense-name/, 'lenient')
  refused('Patient?_has:Observation:patient:cod=x', 'invalid-search', /Did you mean code\?/, 'lenient')
  refused('Patient?_has:Observaton:patient:code=x', 'invalid-search', /Did you mean Observation\?/, 'lenient')
  refused('Patient?_has:Observation:code:code=x', 'invalid-search', /token parameter, not a reference/)
  refused('Practitioner?_has:Observation:encounter:code=x', 'invalid-search', /never refers to Practitioner/)
  refused('Patient?_has:Observation=x', 'invalid-search', /expected _has:Type/)
})

test('an unknown start of a chain is an unknown parameter', () => {
  refused('Observation?subjct.name=x', 'unknown-search-parameter', /Did you mean subject\?/)
  assert.is(read('Observation?subjct.name=x', 'lenient').ignored.length, 1)
})

test('a value that no target understands is refused with the reason', () => {
  refused('Observation?patient.birthdate=never', 'invalid-search', /expected a date/)
  refused('Observation?subject.birthdate=never', 'invalid-search', /expected a date/)
})

test('only references are chained, and only to what they refer to', () => {
  refused('Observation?code.name=x', 'invalid-search', /only references can be chained/)
  refused('Observation?subject:Medication.code=x', 'invalid-search', /never refers to "Medication"/)
})

test('chains are bounded in length and in branches', () => {
  refused(
    `Observation?${'encounter.part-of.part-of.part-of.part-of.part-of.'}class=x`,
    'too-costly',
    /more than 5/,
  )
  refused('Composition?subject.subject.subject.subject.subject.zzz=1', 'too-costly', /too many types/)
  refused('List?item.item.item.item.item.code=x', 'too-costly', /too many types|more than/)
  refused(`Encounter?${'_has:Encounter:part-of:'.repeat(9)}class=x`, 'too-costly', /more than 5/)
})

test.run()
