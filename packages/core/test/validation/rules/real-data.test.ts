import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { AnyResource } from '../../../src/fhir/types.js'
import { r4Terminology } from '../../../src/terminology/bundled.js'
import type { Finding } from '../../../src/validation/contract.js'
import { contentRules } from '../../../src/validation/rules/rules.js'
import { createTargets } from '../../../src/validation/rules/targets.js'
import { dataFolder, jsonFiles } from '../data.js'

const test = suite('rules on real data')

/** Entries whose fullUrl names another resource than the one in them, which fullUrl SHALL NOT do. */
const wrongExamples = {
  'Bundle-10bb101f-a121-4264-a920-67be9cb82c74.json': 1,
  'Bundle-lri-example.json': 16,
}

function errorsIn(resource: AnyResource, definitions: ReadonlyMap<string, AnyResource>): readonly Finding[] {
  const found: Finding[] = []
  const targets = createTargets(resource, resource.resourceType, {
    definitions: {
      find: (type, url) =>
        definitions.get(`${type} ${url}`) ??
        (type === 'ValueSet' || type === 'CodeSystem' ? r4Terminology.find(type, url) : undefined),
    },
    report: (finding) => found.push(finding),
    ask: () => undefined,
    missing: () => undefined,
  })
  for (const target of targets) {
    for (const rule of contentRules()) {
      if (!rule.types || rule.types.includes(target.resource.resourceType)) rule.check(target)
    }
  }
  return found.filter(({ severity }) => severity === 'error')
}

const resourcesOf = function* (folder: string) {
  for (const { name, content } of jsonFiles(folder)) {
    const resource = content as AnyResource
    if (typeof resource.resourceType === 'string') yield { name, resource }
  }
}

const examples = dataFolder('r4-examples')
if (examples === undefined) test.skip('R4 examples are not here: set ANAMNESIS_DATA', () => undefined)
else {
  test('the R4 examples have no errors but those of fullUrls that name another resource', () => {
    const definitions = new Map<string, AnyResource>()
    for (const { resource } of resourcesOf(examples)) {
      if (typeof resource.url === 'string')
        definitions.set(`${resource.resourceType} ${resource.url}`, resource)
      if (resource.id) definitions.set(`Questionnaire Questionnaire/${resource.id}`, resource)
    }
    const wrong: Record<string, number> = {}
    for (const { name, resource } of resourcesOf(examples)) {
      const errors = errorsIn(resource, definitions)
      const others = errors.filter(({ expression }) => !expression.endsWith('.fullUrl'))
      assert.equal(others, [], name)
      if (errors.length > 0) wrong[name] = errors.length
    }
    assert.equal(wrong, wrongExamples)
  })
}

const synthea = dataFolder('synthea')
if (synthea === undefined) test.skip('Synthea records are not here: set ANAMNESIS_DATA', () => undefined)
else {
  test('Synthea records have no errors', () => {
    let count = 0
    for (const { name, resource } of resourcesOf(synthea)) {
      assert.equal(errorsIn(resource, new Map()), [], name)
      if (++count === 10) break
    }
    assert.ok(count > 0)
  })
}

test.run()
