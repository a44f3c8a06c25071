import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { SearchParameter } from '../../src/definitions/definitions.js'
import { r4 } from '../../src/definitions/r4.js'
import type { AnyResource } from '../../src/fhir/types.js'
import { ValueSink } from '../../src/search/extract/sink.js'
import { extractSearchValues } from '../../src/search/extract.js'
import type { SearchValue } from '../../src/search/values.js'
import { compileParameter, type ParameterExtractor } from '../../src/search-parameters/compile.js'
import { readDefinition } from '../../src/search-parameters/definition.js'
import { listData, readData } from '../fhir/data.js'

const test = suite('the parameters of R4 as custom ones')

const prefix = 'x-'

/** The same parameter under another code, as somebody would post it; undefined for what has no expression. */
function asResource(type: string, parameter: SearchParameter): AnyResource | undefined {
  if (parameter.type === 'special' || parameter.expression === undefined) return undefined
  return {
    resourceType: 'SearchParameter',
    url: `https://hospital.example/SearchParameter/${parameter.code}`,
    code: prefix + parameter.code,
    base: [type],
    type: parameter.type,
    expression: parameter.expression,
    ...(parameter.target ? { target: [...parameter.target] } : {}),
    component: parameter.components?.map(({ code, expression }) => ({
      definition: r4.searchParameters(type).get(code)?.url,
      expression,
    })),
  }
}

const compiled = new Map<string, Map<string, ParameterExtractor>>()

test('each of them is accepted on each of its types', async () => {
  const refused: string[] = []
  for (const type of r4.resourceTypes) {
    const extractors = new Map<string, ParameterExtractor>()
    compiled.set(type, extractors)
    for (const parameter of r4.searchParameters(type).values()) {
      const resource = asResource(type, parameter)
      if (!resource) continue
      const definition = readDefinition(resource, { definitions: r4, customByUrl: () => undefined })
      const extract = Array.isArray(definition) ? definition : await compileParameter(r4, definition)
      if (Array.isArray(extract)) refused.push(`${type}.${parameter.code}: ${JSON.stringify(extract)}`)
      else extractors.set(parameter.code, extract)
    }
  }
  assert.equal(refused, [])
})

test('each gives the values that R4 gives, for every example of the specification', () => {
  const files = listData('r4-examples')
  let compared = 0
  for (const file of files) {
    const resource = JSON.parse(readData(file) ?? '{}') as AnyResource
    const own = extractSearchValues(resource)
    for (const [code, extract] of compiled.get(resource.resourceType) ?? []) {
      const sink = new ValueSink()
      extract(resource, sink)
      compared += sink.values.length
      assert.equal(distinct(sink.values, prefix + code), distinct(own, code), `${file}: ${code}`)
    }
  }
  if (files.length > 0) assert.ok(compared > 5000, `${compared} values`)
})

/** The values of one parameter without its name, each once. */
function distinct(values: readonly SearchValue[], code: string): string[] {
  return [
    ...new Set(
      values.filter(({ param }) => param === code).map(({ param: _, ...value }) => JSON.stringify(value)),
    ),
  ].sort()
}

test.run()
