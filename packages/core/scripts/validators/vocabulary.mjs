// The keywords with which the generated JSON Schema says what FHIR's JSON format says. Each one writes code, so that
// ajv can compile the schema to a module of its own. Loops end once an object has more errors than anyone reads:
// a hostile body must not cost more than a valid one of its size.
import { _, Name, nil } from 'ajv'
import names from 'ajv/dist/compile/names.js'
import { Type } from 'ajv/dist/compile/util.js'

const { default: N } = names
// One more than `maxIssues` of src/validation/structure, which says so when there are more.
const errorLimit = 51
const full = _`${N.errors} >= ${errorLimit}`
const problem = { message: '', params: ({ params }) => params.problem ?? _`{}` }

function report(cxt, details) {
  cxt.setParams({ problem: details })
  cxt.error()
}

/** A primitive type: `{ "primitive": "date" }`. The check is the function of that name in src/validation/primitives. */
const primitive = {
  keyword: 'primitive',
  schemaType: 'string',
  error: problem,
  code: (cxt) =>
    cxt.gen.if(_`!primitives.${new Name(check(cxt.schema))}(${cxt.data})`, () => report(cxt, _`{}`)),
}

function check(type) {
  return `is${type[0].toUpperCase()}${type.slice(1)}`
}

/** A code of an enumerated value set: `{ "codes": "http://hl7.org/fhir/ValueSet/administrative-gender" }`. */
const codes = {
  keyword: 'codes',
  schemaType: 'string',
  error: problem,
  code(cxt) {
    const set = cxt.gen.scopeValue('obj', {
      ref: cxt.schema,
      key: cxt.schema,
      code: _`new Set(valueSets[${cxt.schema}])`,
    })
    cxt.gen.if(_`!${set}.has(${cxt.data})`, () => report(cxt, _`{}`))
  },
}

/**
 * A `switch` in generated code, each case with its labels. ajv's code generator has none, and it ends every piece of
 * code with a semicolon, so the first label goes out together with the opening.
 */
function generateSwitch(gen, value, cases, otherwise) {
  let opening = _`switch (${value}) { `
  for (const [labels, body] of cases) {
    for (const label of labels) {
      gen.code(_`${opening}case ${label}:`)
      opening = nil
    }
    gen.code(_`{`)
    body()
    gen.code(_`break; }`)
  }
  gen.code(_`default:`)
  otherwise()
  gen.code(_`}`)
}

/**
 * The properties of an object, each with its schema. Unknown ones are errors, so is none at all; `choices` maps
 * properties to the choice element they belong to (`valueString` to `value[x]`), `mandatory` lists required elements.
 * `_birthDate` stands for `birthDate` in both.
 */
const elements = {
  keyword: 'elements',
  type: 'object',
  schemaType: 'object',
  error: problem,
  code(cxt) {
    const { gen, data, parentSchema } = cxt
    const { mandatory, choices, isResource } = parentSchema
    if (mandatory.length > 31) throw new Error('more mandatory elements than an integer has bits')
    const empty = gen.let('empty', true)
    const seen = gen.let('seen', 0)
    const chosen = Object.fromEntries(
      [...new Set(Object.values(choices))].map((name) => [name, gen.let('chosen')]),
    )
    gen.forIn('key', data, (key) => {
      gen.if(full, () => gen.break())
      gen.if(_`${data}[${key}] === undefined`, () => gen.code(_`continue`))
      gen.assign(empty, false)
      const cases = groupAlike(parentSchema).map((group) => [group.properties, () => visit(group, key)])
      if (isResource) cases.push([['resourceType'], () => {}])
      generateSwitch(gen, key, cases, () => report(cxt, _`{ unknown: ${key} }`))
    })
    gen.if(empty, () => report(cxt, _`{ empty: true }`))
    mandatory.forEach((name, bit) => {
      gen.if(_`!${empty} && !(${seen} & ${1 << bit}) && ${N.errors} < ${errorLimit}`, () =>
        report(cxt, _`{ missing: ${name} }`),
      )
    })

    function visit({ properties, bit, choice }, key) {
      if (bit >= 0) gen.code(_`${seen} |= ${1 << bit}`)
      if (choice) {
        const first = chosen[choice]
        const element = properties[0].startsWith('_') ? _`${key}.slice(1)` : key
        gen.if(
          _`${first} === undefined`,
          () => gen.assign(first, element),
          () => gen.if(_`${first} !== ${element}`, () => report(cxt, _`{ both: [${first}, ${element}] }`)),
        )
      }
      // Known names need no escaping in a JSON pointer, hence the type of an index.
      const place = { schemaProp: properties[0], dataProp: key, dataPropType: Type.Num }
      cxt.subschema({ keyword: 'elements', ...place }, gen.name('valid'))
    }
  },
}

/** Properties that are checked alike share their code: it makes the module half as large. */
function groupAlike({ elements, mandatory, choices }) {
  const groups = new Map()
  for (const [property, schema] of Object.entries(elements)) {
    const element = property.replace(/^_/, '')
    const choice = choices[element]
    const bit = mandatory.indexOf(choice ?? element)
    const alike = JSON.stringify([schema, bit, choice, Boolean(choice) && property.startsWith('_')])
    if (!groups.has(alike)) groups.set(alike, { properties: [], bit, choice })
    groups.get(alike).properties.push(property)
  }
  return [...groups.values()]
}

/** The items of an array, at least one. In a `sparse` one a null stands where the underscore sibling has a value. */
const list = {
  keyword: 'list',
  type: 'array',
  schemaType: 'object',
  error: problem,
  code(cxt) {
    const { gen, data, parentSchema, it } = cxt
    const { sparse, maxItems } = parentSchema
    gen.if(_`${data}.length === 0`, () => report(cxt, _`{ empty: true }`))
    if (maxItems) gen.if(_`${data}.length > ${maxItems}`, () => report(cxt, _`{ most: ${maxItems} }`))
    gen.forRange('i', 0, _`${data}.length`, (i) => {
      gen.if(full, () => gen.break())
      if (!sparse) return item(i)
      const hasSibling = _`hasSibling(${it.parentData}, ${it.parentDataProperty}, ${i})`
      gen.if(_`${data}[${i}] !== null || !${hasSibling}`, () => item(i))
    })

    function item(i) {
      cxt.subschema({ keyword: 'list', dataProp: i, dataPropType: Type.Num }, gen.name('valid'))
    }
  },
}

/** A resource of any of the listed types, told by `resourceType`. */
const resource = {
  keyword: 'resource',
  type: 'object',
  schemaType: 'array',
  error: problem,
  code(cxt) {
    const { gen, data, schema } = cxt
    const cases = schema.map((type) => [[type], () => validate(type)])
    generateSwitch(gen, _`${data}.resourceType`, cases, () => report(cxt, _`{}`))

    function validate(type) {
      const part = {
        schema: { $ref: `#/definitions/${type}` },
        schemaPath: nil,
        topSchemaRef: nil,
        errSchemaPath: '',
      }
      cxt.subschema(part, gen.name('valid'))
    }
  },
}

/** A property that has no place here although the type has it. */
const without = {
  keyword: 'without',
  schemaType: 'string',
  error: problem,
  code: (cxt) =>
    cxt.gen.if(_`${cxt.data}?.[${cxt.schema}] !== undefined`, () =>
      report(cxt, _`{ misplaced: ${cxt.schema} }`),
    ),
}

const annotations = ['mandatory', 'choices', 'isResource', 'sparse']

export const vocabulary = [primitive, codes, elements, list, resource, without, ...annotations]
