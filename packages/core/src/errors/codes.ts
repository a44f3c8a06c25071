/**
 * Every error a client can meet, by a stable code: its HTTP status and the issue type of its OperationOutcome
 * (https://hl7.org/fhir/R4/valueset-issue-type.html). The code is sent as `OperationOutcome.issue.details.coding.code`.
 */
export const errorCodes = {
  'malformed-json': { status: 400, issue: 'structure' },
  'malformed-xml': { status: 400, issue: 'structure' },
  'malformed-request': { status: 400, issue: 'invalid' },
  'invalid-header': { status: 400, issue: 'value' },
  'invalid-search': { status: 400, issue: 'invalid' },
  'unsupported-search': { status: 400, issue: 'not-supported' },
  'unknown-search-parameter': { status: 400, issue: 'not-found' },
  'invalid-page-link': { status: 400, issue: 'value' },
  'id-mismatch': { status: 400, issue: 'value' },
  'invalid-resource': { status: 422, issue: 'invariant' },
  'invalid-search-parameter': { status: 422, issue: 'invalid' },
  'invalid-patch': { status: 400, issue: 'invalid' },
  'patch-failed': { status: 422, issue: 'processing' },
  'unresolved-reference': { status: 400, issue: 'not-found' },
  unauthenticated: { status: 401, issue: 'login' },
  forbidden: { status: 403, issue: 'forbidden' },
  'unknown-resource-type': { status: 404, issue: 'not-supported' },
  'unknown-route': { status: 404, issue: 'not-found' },
  'not-found': { status: 404, issue: 'not-found' },
  'unknown-operation': { status: 404, issue: 'not-supported' },
  'method-not-allowed': { status: 405, issue: 'not-supported' },
  'not-acceptable': { status: 406, issue: 'not-supported' },
  'request-timeout': { status: 408, issue: 'timeout' },
  'version-conflict': { status: 409, issue: 'conflict' },
  'write-conflict': { status: 409, issue: 'lock-error' },
  deleted: { status: 410, issue: 'deleted' },
  'precondition-failed': { status: 412, issue: 'conflict' },
  'multiple-matches': { status: 412, issue: 'multiple-matches' },
  'body-too-large': { status: 413, issue: 'too-long' },
  'bundle-too-large': { status: 413, issue: 'too-long' },
  'uri-too-long': { status: 414, issue: 'too-long' },
  'unsupported-media-type': { status: 415, issue: 'not-supported' },
  'business-rule': { status: 422, issue: 'business-rule' },
  'too-costly': { status: 422, issue: 'too-costly' },
  throttled: { status: 429, issue: 'throttled' },
  internal: { status: 500, issue: 'exception' },
  'not-implemented': { status: 501, issue: 'not-supported' },
  unavailable: { status: 503, issue: 'transient' },
  'storage-timeout': { status: 503, issue: 'timeout' },
} as const satisfies Record<string, { status: number; issue: string }>

/** The stable code of a failure. `switch (error.code)` narrows. */
export type ErrorCode = keyof typeof errorCodes
