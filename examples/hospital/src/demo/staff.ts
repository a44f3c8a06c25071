import type { Code } from './elements.js'

const snomed = (code: string, display: string): Code => ({ system: 'snomed', code, display })

/** A department, with the place where it works. */
export interface Department {
  readonly name: string
  readonly place: 'outpatients' | 'emergencies' | 'theatre' | 'ward' | 'maternity' | 'laboratory'
}

export const departments = {
  'medicina-familiar': { name: 'Medicina Familiar y Comunitaria', place: 'outpatients' },
  pediatria: { name: 'Pediatría', place: 'outpatients' },
  cardiologia: { name: 'Cardiología', place: 'outpatients' },
  endocrinologia: { name: 'Endocrinología y Nutrición', place: 'outpatients' },
  nefrologia: { name: 'Nefrología', place: 'outpatients' },
  neumologia: { name: 'Neumología', place: 'outpatients' },
  ginecologia: { name: 'Ginecología y Obstetricia', place: 'maternity' },
  urgencias: { name: 'Urgencias', place: 'emergencies' },
  cirugia: { name: 'Cirugía General', place: 'theatre' },
  traumatologia: { name: 'Traumatología y Cirugía Ortopédica', place: 'ward' },
  laboratorio: { name: 'Análisis Clínicos', place: 'laboratory' },
} as const satisfies Record<string, Department>

export type DepartmentKey = keyof typeof departments

export const places: Readonly<
  Record<Department['place'], { id: string; name: string; type: readonly [string, string] }>
> = {
  outpatients: {
    id: 'consultas-externas',
    name: 'Consultas externas, planta baja',
    type: ['HOSP', 'Hospital'],
  },
  emergencies: { id: 'urgencias', name: 'Urgencias', type: ['ER', 'Emergency room'] },
  theatre: { id: 'quirofanos', name: 'Bloque quirúrgico, planta 1', type: ['SU', 'Surgery clinic'] },
  ward: { id: 'hospitalizacion', name: 'Hospitalización, planta 3', type: ['HU', 'Hospital unit'] },
  maternity: {
    id: 'maternidad',
    name: 'Maternidad, planta 2',
    type: ['OBGYN', 'Obstetrics and gynecology clinic'],
  },
  laboratory: { id: 'laboratorio', name: 'Laboratorio, sótano 1', type: ['HLAB', 'Hospital laboratory'] },
}

/** Someone who works in the hospital. */
export interface Professional {
  readonly id: string
  readonly given: string
  readonly family: readonly [string, string]
  readonly gender: 'female' | 'male'
  readonly department: DepartmentKey
  readonly role: 'doctor' | 'nurse'
  readonly specialty: Code
}

const doctor = (
  id: string,
  gender: Professional['gender'],
  [given, ...family]: readonly [string, string, string],
  department: DepartmentKey,
  specialty: Code,
): Professional => ({ id, given, family, gender, department, role: 'doctor', specialty })

export const professionals: readonly Professional[] = [
  doctor(
    'carmen-ortega',
    'female',
    ['Carmen', 'Ortega', 'Ibáñez'],
    'medicina-familiar',
    snomed('394814009', 'medicina general'),
  ),
  doctor(
    'ignacio-nunez',
    'male',
    ['Ignacio', 'Núñez', 'de la Fuente'],
    'medicina-familiar',
    snomed('394814009', 'medicina general'),
  ),
  doctor('marta-cano', 'female', ['Marta', 'Cano', 'Peña'], 'pediatria', snomed('394537008', 'pediatría')),
  doctor(
    'alfonso-rivas',
    'male',
    ['Alfonso', 'Rivas', 'Muñoz'],
    'cardiologia',
    snomed('394579002', 'cardiología'),
  ),
  doctor(
    'elena-sanchez',
    'female',
    ['Elena', 'Sánchez', 'Agüero'],
    'endocrinologia',
    snomed('394583002', 'endocrinología'),
  ),
  doctor(
    'tomas-echevarria',
    'male',
    ['Tomás', 'Echevarría', 'Gil'],
    'nefrologia',
    snomed('394589003', 'nefrología'),
  ),
  doctor(
    'lidia-campos',
    'female',
    ['Lidia', 'Campos', 'Yáñez'],
    'neumologia',
    snomed('418112009', 'neumología'),
  ),
  doctor(
    'sara-llorente',
    'female',
    ['Sara', 'Llorente', 'Castaño'],
    'ginecologia',
    snomed('394585009', 'obstetricia y ginecología'),
  ),
  doctor(
    'jorge-vidal',
    'male',
    ['Jorge', 'Vidal', 'Ordóñez'],
    'urgencias',
    snomed('773568002', 'medicina de urgencias'),
  ),
  doctor(
    'pablo-herrero',
    'male',
    ['Pablo', 'Herrero', 'Zubiri'],
    'cirugia',
    snomed('394609007', 'cirugía general'),
  ),
  doctor(
    'rocio-benitez',
    'female',
    ['Rocío', 'Benítez', 'Marín'],
    'traumatologia',
    snomed('394801008', 'traumatología y ortopedia'),
  ),
  doctor(
    'ana-belen-prieto',
    'female',
    ['Ana Belén', 'Prieto', 'Díaz'],
    'laboratorio',
    snomed('394596001', 'patología química'),
  ),
  {
    ...doctor(
      'lucas-montero',
      'male',
      ['Lucas', 'Montero', 'Cañete'],
      'medicina-familiar',
      snomed('224535009', 'enfermero titulado'),
    ),
    role: 'nurse',
  },
]

/** The doctor who leads a department here. */
export function doctorOf(department: DepartmentKey): Professional {
  const found = professionals.find((professional) => professional.department === department)
  if (!found) throw new Error(`nobody works in ${department}`)
  return found
}

/** `Dra. Elena Sánchez Agüero`. */
export function titledName({ given, family, gender, role }: Professional): string {
  const title = role === 'nurse' ? 'Enf.' : gender === 'female' ? 'Dra.' : 'Dr.'
  return `${title} ${given} ${family.join(' ')}`
}
