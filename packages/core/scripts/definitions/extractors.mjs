// Compiles the search parameters of every resource type into one CommonJS module.
import { ExtractorCompiler } from '../../src/search/compile/compile.js'

/** Choices of R4 that a parameter selects and its type cannot index; any other would be a defect of ours. */
const knownGaps = new Set([
  'CarePlan.activity-date string',
  'Consent.source-reference Attachment',
  'Group.value Quantity',
  'Group.value Range',
  'Group.value Reference',
  'Immunization.date string',
  'Procedure.date string',
  'Procedure.date Age',
  'Procedure.date Range',
])

/** The source of `generated/extractors.cjs`, and how many parameters it covers. */
export function compileExtractors(r4) {
  const compiler = new ExtractorCompiler(r4)
  let count = 0
  for (const type of ['Resource', ...r4.resourceTypes]) {
    // The parameters of Resource have a function of their own, which the extractor calls for every type.
    const inherited = type === 'Resource' ? new Map() : r4.searchParameters('Resource')
    const own = [...r4.searchParameters(type).values()].filter((parameter) => !inherited.has(parameter.code))
    compiler.add(type, own)
    count += own.filter((parameter) => parameter.expression !== undefined).length
  }
  const gaps = compiler.unindexed
    .map(({ resourceType, code, type }) => `${resourceType}.${code} ${type}`)
    .filter((gap) => !knownGaps.has(gap))
  if (gaps.length > 0) throw new Error(`parameters select what they cannot index: ${gaps.join(', ')}`)
  return { source: `'use strict'\nmodule.exports = ${compiler.source()}\n`, count }
}
