/** Given and family names, the most common first; they are picked by rank, as in a real population. */
export const givenNames = {
  female: [
    ...['Mary', 'Maria', 'Jennifer', 'Linda', 'Elizabeth', 'Susan', 'Jessica', 'Sarah', 'Karen', 'Lisa'],
    ...['Nancy', 'Sandra', 'Ashley', 'Emily', 'Kimberly', 'Margaret', 'Donna', 'Michelle', 'Carol', 'Amanda'],
    ...['Zoë', 'Renée', 'Siobhán', 'Anaïs', 'Ingrid', 'Yuki', 'Priya', 'Fatima', 'Ngozi', 'Xóchitl'],
  ],
  male: [
    ...['James', 'John', 'Robert', 'Michael', 'William', 'David', 'José', 'Joseph', 'Thomas', 'Charles'],
    ...['Daniel', 'Matthew', 'Anthony', 'Mark', 'Steven', 'Andrew', 'Paul', 'Joshua', 'Kenneth', 'Kevin'],
    ...['Jörg', 'Łukasz', 'Søren', 'François', 'Óscar', 'Hiroshi', 'Arjun', 'Omar', 'Chinedu', 'Quetzal'],
  ],
} as const

export const familyNames = [
  ...['Smith', 'Johnson', 'Williams', 'Brown', 'Jones', 'García', 'Miller', 'Davis', 'Rodríguez', 'Martínez'],
  ...[
    'Hernández',
    'López',
    'González',
    'Wilson',
    'Anderson',
    'Thomas',
    'Taylor',
    'Moore',
    'Jackson',
    'Martin',
  ],
  ...['Lee', 'Pérez', 'Thompson', 'White', 'Harris', 'Sánchez', 'Clark', 'Ramírez', 'Lewis', 'Robinson'],
  ...['Walker', 'Young', 'Allen', 'King', 'Wright', 'Scott', 'Torres', 'Nguyen', 'Hill', 'Flores'],
  ...[
    'Müller',
    'Åkesson',
    "O'Neill",
    'van der Berg',
    'Kowalczyk',
    'Ødegård',
    'Ibáñez',
    'Yamamoto',
    'Zhang',
    'Iyer',
  ],
] as const

const syllables = ['vor', 'quil', 'zeb', 'thra', 'wyx', 'dru', 'phem', 'gno', 'kip', 'ulm'] as const

/** A family name that nobody else has: one of its own for each number, none of them like a common one. */
export function rareFamilyName(number: number): string {
  const digits = String(number).padStart(4, '0')
  const name = [...digits].map((digit) => syllables[Number(digit)]).join('')
  return `X${name}`
}

/** What no name in any population begins with. */
export function unusedName(number: number): string {
  return `Qq${rareFamilyName(number).slice(1)}`
}

export const towns = [
  { city: 'Northfield', state: 'MA', postalCode: '02101', latitude: 42.36, longitude: -71.06 },
  { city: 'Easton', state: 'MA', postalCode: '02334', latitude: 42.02, longitude: -71.13 },
  { city: 'Westport', state: 'MA', postalCode: '02790', latitude: 41.52, longitude: -71.08 },
  { city: 'Southbridge', state: 'MA', postalCode: '01550', latitude: 42.08, longitude: -72.03 },
  { city: 'Lakeville', state: 'MA', postalCode: '02347', latitude: 41.83, longitude: -70.95 },
  { city: 'Hillsborough', state: 'MA', postalCode: '01060', latitude: 42.33, longitude: -72.63 },
] as const
