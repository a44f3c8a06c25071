// Compiles the generated JSON Schema to one self-contained CommonJS module.
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import standalone from 'ajv/dist/standalone/index.js'
import { build } from 'esbuild'
import { vocabulary } from './vocabulary.mjs'

const core = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))))

/** Writes a module that exports `validateResource(data, context)`, an ajv validation function, and `valueSets`. */
export async function compile({ definitions, valueSets }, outfile) {
  const ajv = new Ajv({
    strict: true,
    allErrors: true,
    messages: false,
    inlineRefs: false,
    validateSchema: false,
    code: { source: true, esm: true, optimize: 2 },
  })
  ajv.addVocabulary(vocabulary)
  ajv.addSchema({ $id: 'fhir', definitions })
  const code = standalone.default(ajv, { validateResource: 'fhir#/definitions/Resource' })
  await build({
    stdin: {
      contents: [
        `import * as primitives from './src/validation/primitives.js'`,
        `import { hasSibling } from './src/validation/siblings.js'`,
        `export const valueSets = ${JSON.stringify(valueSets)}`,
        // Messages are made from the place of an error alone; the schema's paths are a sixth of the module.
        code.replace('"use strict";', '').replaceAll(/schemaPath:"[^"]*",/g, ''),
      ].join('\n'),
      resolveDir: core,
      loader: 'js',
    },
    outfile,
    bundle: true,
    minify: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  })
}
