// A server in a process of its own, for tests that end it the hard way: node --import tsx reindexing-server.ts URL
import { createFhirServer } from '@anamnesis/core'
import { citus } from '../../src/index.js'

await createFhirServer({
  plugins: [citus({ connectionString: process.argv[2] ?? '' })],
  indexing: { poll: 100, lease: 1500, batch: 5 },
  log: 'silent',
})
process.stdout.write('started\n')
// Its timers keep nothing alive.
setInterval(() => {}, 1000)
