// What plugin authors test with: a server without sockets, the storage conformance suite, fixtures.
export { type ConformanceOptions, type StorageFeature, storageConformance } from './storage-conformance.js'
export { createTestServer, type TestServer, type TestServerOptions } from './test-server.js'
