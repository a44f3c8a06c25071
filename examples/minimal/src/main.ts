import { createFhirServer, memory } from '@anamnesis/core'

const server = await createFhirServer({ plugins: [memory()] })
const { url } = await server.listen(Number(process.env.PORT ?? 8000))
console.log(`FHIR R4 server at ${url}`)
process.once('SIGINT', () => server.stop())
