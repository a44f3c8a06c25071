import fc from 'fast-check'

/** Stands for patient data wherever a request carries some: no log line may ever contain it. */
export const marker = 'Zzyzx'

const repeated = (text: string, times: number) => text.repeat(times)

/** Texts that have broken something somewhere. */
export const nastyText = fc.oneof(
  { weight: 3, arbitrary: fc.string({ maxLength: 30 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      '', ' ', '.', '..', '...', '/', '//', '\\', '%', '%%', "'", '"', '`', '$', '|', '||', ',', ',,', ';', ':', '*', '?', '#', '&', '=', '+', '~',
      '\0', '\u0001', '\t', '\n', '\r\n', '\u000b', '\u0085', '\u2028', '\ufeff', '\ud800', '\udfff\ud800', '\u202e', 'ñ', '日本', '😀', 'e\u0301', 'İ', 'ß',
      '__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', 'valueOf', 'then', 'length', 'undefined', 'null', 'NaN', 'Infinity', '-0', 'true', 'false',
      '0', '-1', '1', '2147483648', '9999999999', '99999999999999999999', '1e309', '1e-400', '0x10', '1.', '.5', '00', '1_000',
      '0000-00-00', '9999-12-31', '99999-01-01', '2024-02-30', '2024-13-01', '2024-01-01T25:00:00Z', '2024-01-01T00:00:00+99:99', 'T', 'gt', 'eq2024', 'ap', 'sa1e999', 'ne',
      "' OR 1=1 --", '"; drop table resource; --', '${7*7}', '{{7*7}}', '<script>alert(1)</script>', '../../etc/passwd', '%00', '%2e%2e%2f', '%c0%af', '%ff', '%u0041', '%E0%A4%A',
      'urn:uuid:', 'urn:oid:1', 'http://', 'http://[', 'Patient/', 'Patient/1/_history/', 'Patient?identifier=', '#', '#x', 'a|b|c|d', '\\,', '\\', 'a\\', '$$$',
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom(repeated('x', 5000), repeated('%41', 1500), repeated('a,', 2000), repeated('.', 300), repeated('(', 500), repeated('é', 900)) },
)

/** JSON values of every wrong type. */
export const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, 0, -0, 1.5, 1e308, -1e-308, '', ' ', [], {}, [[]], [null], [{}], { a: [] }, [[[[]]]], { extension: {} }, { reference: 5 }, { value: {} }),
  nastyText,
  fc.jsonValue({ maxDepth: 2 }),
  fc.record({ resourceType: fc.constantFrom('Patient', 'Bundle', 'Parameters', '', '__proto__', 'Resource', 'Observation') }),
)
