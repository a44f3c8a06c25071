// HL7's FHIRPath suite (tests-fhir-r4.xml) read into cases; inputs are the JSON of the same examples.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { decodeXML } from 'entities'
import { dataFolder } from '../validation/data.js'

export interface SuiteCase {
  readonly name: string
  readonly expression: string
  /** The evaluation must fail, by parsing or by running. */
  readonly invalid: boolean
  /** The result's truth counts, as that of an invariant. */
  readonly predicate: boolean
  readonly input: string
  readonly outputs: readonly { readonly type: string; readonly text: string }[]
}

/** The cases; undefined where the suite is not at hand. */
export function readSuite(): readonly SuiteCase[] | undefined {
  const folder = dataFolder('fhir-test-cases/fhirpath')
  if (folder === undefined) return undefined
  const xml = readFileSync(path.join(folder, 'tests-fhir-r4.xml'), 'utf8').replace(/<!--[\s\S]*?-->/g, '')
  return [...xml.matchAll(/<test\s([^>]*?)>([\s\S]*?)<\/test>/g)].map(([, attributes = '', content = '']) => {
    const [, flags = '', expression = ''] = /<expression([^>]*)>([\s\S]*?)<\/expression>/.exec(content) ?? []
    return {
      name: attribute(attributes, 'name') ?? '',
      expression: decodeXML(expression),
      invalid: attribute(flags, 'invalid') !== undefined || attribute(attributes, 'invalid') !== undefined,
      predicate: attribute(attributes, 'predicate') === 'true',
      input: attribute(attributes, 'inputfile') ?? '',
      outputs: [...content.matchAll(/<output(?:\s+type="(\w+)")?\s*(?:\/>|>([\s\S]*?)<\/output>)/g)].map(
        ([, type = '', text = '']) => ({ type, text: decodeXML(text) }),
      ),
    }
  })
}

function attribute(text: string, name: string): string | undefined {
  return new RegExp(`\\b${name}="([^"]*)"`).exec(text)?.[1]
}

const examples: Readonly<Record<string, string>> = {
  'observation-example.xml': 'Observation-example.json',
  'appointment-examplereq.json': 'Appointment-examplereq.json',
  'explanationofbenefit-example.json': 'ExplanationOfBenefit-EB3500.json',
  'codesystem-example.xml': 'CodeSystem-example.json',
  'questionnaire-example.xml': 'Questionnaire-3141.json',
  'valueset-example-expansion.xml': 'ValueSet-example-expansion.json',
}

/** The input of a case; undefined where it is not at hand. A case without one runs on the patient. */
export function readInput(name: string): unknown {
  if (name === '' || name === 'patient-example.xml')
    return read(new URL('patient-example.json', import.meta.url))
  const file = examples[name]
  const folder = dataFolder('r4-examples')
  if (file === undefined || folder === undefined || !existsSync(path.join(folder, file))) return undefined
  return read(path.join(folder, file))
}

function read(file: string | URL): unknown {
  return JSON.parse(readFileSync(file, 'utf8'))
}
