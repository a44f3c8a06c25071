import { createFhirServer, memory } from '@anamnesis/core'

const server = await createFhirServer({ plugins: [memory()] })
const { url } = await server.listen(Number(process.env.PORT ?? 8000))

console.log(`FHIR R4 at ${url}. Nothing is kept when it stops.`)
process.once('SIGINT', () => server.stop())
