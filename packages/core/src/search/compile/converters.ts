import type { SearchParameterType } from '../../definitions/definitions.js'

const uris = ['uri', 'url', 'canonical', 'oid', 'uuid']
const texts = ['string', 'markdown', 'code', 'id', ...uris]
const integers = ['integer', 'positiveInt', 'unsignedInt']
const quantities = ['Quantity', 'Age', 'Count', 'Distance', 'Duration']

function table(...rows: readonly (readonly [types: readonly string[], converter: string])[]) {
  return new Map(rows.flatMap(([types, converter]) => types.map((type) => [type, converter] as const)))
}

/** Which function of the extraction runtime makes values of a parameter type out of an element type. */
const converters: Record<SearchParameterType, ReadonlyMap<string, string>> = {
  token: table(
    [texts, 'tokenCode'],
    [['date', 'dateTime', 'instant'], 'tokenCode'],
    [['boolean'], 'tokenBoolean'],
    [[...integers, 'decimal'], 'tokenNumber'],
    [['Coding'], 'tokenCoding'],
    [['CodeableConcept'], 'tokenConcept'],
    [['Identifier'], 'tokenIdentifier'],
    [['ContactPoint'], 'tokenContactPoint'],
  ),
  string: table(
    [texts, 'stringText'],
    [['HumanName'], 'stringHumanName'],
    [['Address'], 'stringAddress'],
    [['CodeableConcept'], 'stringConcept'],
    [['Annotation'], 'stringAnnotation'],
  ),
  reference: table(
    [['Reference'], 'referenceReference'],
    [uris, 'referenceCanonical'],
    [['Resource'], 'referenceResource'],
  ),
  date: table(
    [['date', 'dateTime', 'instant'], 'dateText'],
    [['Period'], 'datePeriod'],
    [['Timing'], 'dateTiming'],
  ),
  number: table(
    [[...integers, 'decimal'], 'numberNumber'],
    [['Range'], 'numberRange'],
    [quantities, 'numberQuantity'],
  ),
  quantity: table(
    [quantities, 'quantityQuantity'],
    [['Money'], 'quantityMoney'],
    [['Range'], 'quantityRange'],
    [['SampledData'], 'quantitySampledData'],
    [[...integers, 'decimal'], 'quantityNumber'],
  ),
  uri: table(
    [['uri', 'url', 'oid', 'uuid', 'string', 'code', 'id'], 'uriText'],
    [['canonical'], 'uriCanonical'],
  ),
  special: table([['Location.position'], 'position']),
  composite: table(),
}

/** Every converter name, for the runtime to provide. */
export const converterNames: ReadonlySet<string> = new Set(
  Object.values(converters).flatMap((byType) => [...byType.values()]),
)

/** The converter for a branch of a parameter; undefined where the type cannot carry such a value. */
export function converterFor(
  parameterType: SearchParameterType,
  elementType: string,
  elementPath: string | undefined,
): string | undefined {
  const byType = converters[parameterType]
  return byType.get(elementType) ?? (elementPath === undefined ? undefined : byType.get(elementPath))
}
