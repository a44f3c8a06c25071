import { memory } from '../../src/memory.js'
import type { Plugin } from '../../src/plugin/define.js'
import { createTestServer, type TestServer, type TestServerOptions } from '../../testing/test-server.js'

/** A server on memory storage. */
export function testServer(
  plugins: readonly Plugin[] = [],
  options: Partial<TestServerOptions> = {},
): Promise<TestServer> {
  return createTestServer({ plugins: [memory(), ...plugins], ...options })
}

/** A small valid patient. */
export const ana = {
  resourceType: 'Patient',
  identifier: [{ system: 'urn:mrn', value: 'A1' }],
  name: [{ family: 'Núñez', given: ['Ana'] }],
  gender: 'female',
  birthDate: '1980-05-17',
}
