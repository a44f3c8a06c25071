import { createFhirServer } from '@anamnesis/core'
import { citus } from '@anamnesis/plugin-citus'

/** The server that is measured: the plugins and settings of the hospital, without its log. */
export async function serve(connectionString: string): Promise<{ url: string; stop(): Promise<void> }> {
  const server = await createFhirServer({
    name: 'Anamnesis bench',
    plugins: [citus({ connectionString })],
    log: 'silent',
  })
  const { url } = await server.listen(0)
  return { url, stop: () => server.stop() }
}
