// The direction of imports, as the architecture states it: inside core, arrows point down the list below only.
const layers = [
  'index|memory|bin',
  'commands',
  'server',
  'http',
  'capability',
  'operations',
  'interactions',
  'plugin',
  'search-parameters',
  'jobs',
  'validation',
  'terminology',
  'storage',
  'search',
  'fhirpath',
  'definitions',
  'errors',
  'fhir',
]

const inCore = (layer) => `^packages/core/src/(${layer})(/|\\.ts$)`

/** A layer must not import a layer above it. */
const upward = layers.slice(1).map((layer, index) => ({
  name: `core-${layer.split('|')[0]}-points-down`,
  comment: `src/${layer} may import only layers below it`,
  severity: 'error',
  from: { path: inCore(layer) },
  to: { path: inCore(layers.slice(0, index + 1).join('|')) },
}))

module.exports = {
  forbidden: [
    ...upward.filter(({ from }) => !from.path.includes('(errors)') && !from.path.includes('(fhir)')),
    {
      name: 'core-knows-no-plugin',
      severity: 'error',
      from: { path: '^packages/core/' },
      to: { path: '^packages/(plugin-|ui)|^node_modules/@anamnesis/(plugin|ui)' },
    },
    {
      name: 'plugins-know-core-only',
      severity: 'error',
      from: { path: '^packages/(plugin-[^/]+)/' },
      to: { path: '^packages/(plugin-[^/]+|ui)/', pathNot: '^packages/$1/' },
    },
    {
      name: 'public-exports-only',
      comment: 'other packages reach core through its exports',
      severity: 'error',
      from: { pathNot: '^packages/core/' },
      to: { path: '^packages/core/(src|testing)/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'koa-only-in-http',
      severity: 'error',
      from: { path: '^packages/core/src', pathNot: '^packages/core/src/http/' },
      to: { path: 'node_modules/(koa|@koa)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|generated)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
    },
  },
}
