import { memoryStorage } from '../../src/storage/memory.js'
import { storageConformance } from '../../testing/storage-conformance.js'

const conformance = storageConformance('memory', () => memoryStorage())

conformance.run()
