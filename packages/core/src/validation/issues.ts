import { errorCodeSystem } from '../errors/outcome.js'
import type { OperationOutcomeIssue } from '../fhir/types.js'
import { codesOf, describeFound, describeType, hasJsonType, hint } from './describe.js'
import type { ElementSchema, SchemaError } from './generated.js'
import { clip, suggest } from './names.js'
import { baseName, findPlace, objectType, type Place, resourceTypes } from './place.js'

type IssueCode = OperationOutcomeIssue['code']

/** An error issue with its text, as the server reports any other failure. */
export function issue(code: IssueCode, expression: string | undefined, text: string): OperationOutcomeIssue {
  return {
    severity: 'error',
    code,
    details: { coding: [{ system: errorCodeSystem, code: 'invalid-resource' }], text },
    diagnostics: text,
    ...(expression ? { expression: [expression] } : {}),
  }
}

/** Says one error of the compiled validators in words: where, what was expected, what was found, what to do. */
export function describeError(
  error: SchemaError,
  resource: unknown,
  expression?: string,
): OperationOutcomeIssue {
  const root = expression ?? objectType({ $ref: '#/definitions/Resource' }, resource)?.name ?? 'Resource'
  const place = findPlace(resource, error.instancePath, root)
  const { params } = error
  if (params.unknown !== undefined) return unknownElement(place, params.unknown)
  if (params.missing !== undefined) return missingElement(place, params.missing)
  if (params.both !== undefined) return excludedElements(place, params.both)
  if (params.misplaced !== undefined) return misplacedElement(place, params.misplaced)
  if (params.empty) return emptyElement(place)
  if (params.most !== undefined) return tooManyItems(place, params.most)
  if (error.keyword === 'resource') return unknownResource(place)
  return wrongValue(place)
}

function unknownElement(place: Place, name: string): OperationOutcomeIssue {
  const type = objectType(place.schema, place.value)
  const where = /^\w{1,60}$/.test(name) ? `${place.expression}.${name}` : place.expression
  const text = `${where}: ${type?.name ?? 'this type'} has no element '${clip(name)}'.`
  return issue('structure', where, [text, type && suggest(name, type.schema)].filter(Boolean).join(' '))
}

function missingElement(place: Place, name: string): OperationOutcomeIssue {
  const schema = objectType(place.schema, place.value)?.schema
  const where = `${place.expression}.${baseName(name)}`
  const choices = Object.keys(schema?.choices ?? {}).filter(
    (property) => schema?.choices?.[property] === name,
  )
  const element = schema?.elements?.[name]
  const expected = choices.length > 0 ? `one of ${choices.join(', ')}` : element && describeType(element)
  return issue('required', where, `${where}: this element is required, expected ${expected}, found nothing.`)
}

function excludedElements(place: Place, [first, second]: readonly [string, string]): OperationOutcomeIssue {
  const keep = 'only one of them may be present. Remove the other.'
  if (first === 'extension' || second === 'extension') {
    const text = `${place.expression}: an extension has a value or extensions of its own, found ${first} and ${second};`
    return issue('invariant', place.expression, `${text} ${keep}`)
  }
  const choice = objectType(place.schema, place.value)?.schema.choices?.[first] ?? first
  const where = `${place.expression}.${baseName(choice)}`
  return issue('structure', where, `${where}: found ${first} and ${second} for ${choice}; ${keep}`)
}

function misplacedElement(place: Place, name: string): OperationOutcomeIssue {
  const where = `${place.expression}.${name}`
  const text = `${where}: a contained resource cannot contain others. Move them to the resource that contains it.`
  return issue('structure', where, text)
}

function emptyElement(place: Place): OperationOutcomeIssue {
  const found = describeFound(place.value)
  const text = `${place.expression}: expected ${describeType(place.schema)}, found ${found}.`
  return issue('structure', place.expression, `${text} Leave the element out when it has no value.`)
}

function tooManyItems(place: Place, most: number): OperationOutcomeIssue {
  const found = Array.isArray(place.value) ? place.value.length : 0
  return issue(
    'structure',
    place.expression,
    `${place.expression}: expected at most ${most} items, found ${found}.`,
  )
}

function unknownResource(place: Place): OperationOutcomeIssue {
  const type = (place.value as { resourceType?: unknown }).resourceType
  const where = place.key === undefined ? undefined : place.expression
  const prefix = `${place.expression}.resourceType: expected the name of an R4 resource type`
  if (type === undefined) return issue('required', where, `${prefix} such as Patient, found nothing.`)
  const near = typeof type === 'string' ? suggest(type, resourceTypes()) : ''
  return issue(
    'structure',
    where,
    [`${prefix}, found ${describeFound(type)}.`, near].filter(Boolean).join(' '),
  )
}

/** A value of the wrong JSON type, format or code. */
function wrongValue(place: Place): OperationOutcomeIssue {
  const { schema, value, expression } = place
  const text = `${expression}: expected ${describeType(schema)}, found ${describeFound(value)}.`
  const advice = schema.codes && typeof value === 'string' ? suggest(value, codesOf(schema)) : hint(place)
  return issue(codeFor(schema, value), expression, [text, advice].filter(Boolean).join(' '))
}

function codeFor(schema: ElementSchema, value: unknown): IssueCode {
  if (schema.codes && typeof value === 'string') return 'code-invalid'
  return schema.primitive && hasJsonType(schema.primitive, value) ? 'value' : 'structure'
}
