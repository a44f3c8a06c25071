// A server over PostgreSQL at the level of validation that VALIDATION names, for main.ts; PORT and DATABASE_URL say where.
import { createFhirServer, type ValidationLevel } from '@anamnesis/core'
import { citus } from '@anamnesis/plugin-citus'

const server = await createFhirServer({
  plugins: [citus({ connectionString: process.env.DATABASE_URL ?? '' })],
  validation: process.env.VALIDATION as ValidationLevel,
  log: 'silent',
})
await server.listen(Number(process.env.PORT))
process.once('SIGTERM', () => void server.stop().then(() => process.exit(0)))
