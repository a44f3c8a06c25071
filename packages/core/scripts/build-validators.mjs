// Generates the validators of src/validation from the R4 definitions: `generated/validators.cjs`, which checks, and
// `generated/structure.json`, which messages are made from when something is wrong.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { compile } from './validators/compile.mjs'
import { buildSchema, withoutSiblings } from './validators/schema.mjs'
import { readStructures, readTerminology } from './validators/source.mjs'

const generated = path.join(path.dirname(path.dirname(fileURLToPath(import.meta.url))), 'generated')
const schema = buildSchema(readStructures(), readTerminology())

mkdirSync(generated, { recursive: true })
writeFileSync(path.join(generated, 'structure.json'), JSON.stringify(withoutSiblings(schema.definitions)))
await compile(schema, path.join(generated, 'validators.cjs'))
