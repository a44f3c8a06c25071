/**
 * Names of elements whose values link to something: `Reference.reference`, and those of type uri, url, oid and uuid.
 * By name and not by path, for speed; a value is touched only where it is exactly what a transaction replaces.
 * A test holds this list and the two after it against the definitions of R4.
 */
export const linkElements: ReadonlySet<string> = new Set([
  'reference',
  'address',
  'authority',
  'authorizationUrl',
  'definitionUri',
  'derivedFromUri',
  'detail',
  'endpoint',
  'eventUri',
  'instantiates',
  'instantiatesUri',
  'link',
  'moduleUri',
  'nameUrl',
  'onlineInformation',
  'policy',
  'protocol',
  'relativePath',
  'rendering',
  'source',
  'uri',
  'url',
  'valueOid',
  'valueUri',
  'valueUrl',
  'valueUuid',
])

/**
 * Names of elements of those types that identify and do not link: a code system, a naming authority, a definition or a
 * pattern keeps its identity wherever the resource that describes it is stored.
 */
export const identityElements: ReadonlySet<string> = new Set([
  'system',
  'type',
  'code',
  'contentReference',
  'definition',
  'defaultValueOid',
  'defaultValueUri',
  'defaultValueUrl',
  'defaultValueUuid',
  'fixedOid',
  'fixedUri',
  'fixedUrl',
  'fixedUuid',
  'fullUrl',
  'identifier',
  'implicitRules',
  'issuer',
  'jurisdiction',
  'location',
  'patternOid',
  'patternUri',
  'patternUrl',
  'patternUuid',
  'project',
  'property',
  'sourceUri',
  'target',
  'targetUri',
])

/**
 * Elements that share a name with a link but are of type canonical or string, or identify: the name of what holds them
 * (a property, or a resource type), a dot and their own. The `url` of a resource itself, its canonical identity, is told
 * by its place.
 */
export const notLinks: ReadonlySet<string> = new Set([
  'extension.url',
  'modifierExtension.url',
  'CapabilityStatement.instantiates',
  'DetectedIssue.detail',
  'assert.detail',
  'codeSystem.uri',
  'constraint.source',
  'cost.source',
  'dependsOn.uri',
  'group.source',
  'network.address',
  'operation.url',
  'referencedFrom.source',
  'structure.url',
  'template.source',
  'unmapped.url',
])
