/** Given names of women and men, and family names, as common in Spain; children's differ from their grandparents'. */
export const givenNames = {
  female: {
    young: ['Lucía', 'Sofía', 'Martina', 'Valeria', 'Noa', 'Carla', 'Alba', 'Íngrid', 'Leire', 'Inés'],
    adult: [
      'Laura',
      'Cristina',
      'Raquel',
      'Patricia',
      'Beatriz',
      'Mónica',
      'Nuria',
      'Silvia',
      'Verónica',
      'Begoña',
      'Itziar',
    ],
    old: [
      'María del Carmen',
      'Josefa',
      'Ángeles',
      'Concepción',
      'Rosario',
      'Encarnación',
      'Pilar',
      'Amparo',
      'Montserrat',
    ],
  },
  male: {
    young: ['Hugo', 'Mateo', 'Martín', 'Leo', 'Álvaro', 'Nicolás', 'Adrián', 'Íker', 'Bruno'],
    adult: ['David', 'Javier', 'Sergio', 'Óscar', 'Iván', 'Rubén', 'Andrés', 'Raúl', 'Íñigo', 'Gonzalo'],
    old: ['José Luis', 'Antonio', 'Manuel', 'Ángel', 'Francisco', 'Joaquín', 'Ramón', 'Emilio', 'Fermín'],
  },
} as const

export const familyNames = [
  ...[
    'García',
    'Fernández',
    'González',
    'Rodríguez',
    'López',
    'Martínez',
    'Sánchez',
    'Pérez',
    'Gómez',
    'Martín',
  ],
  ...['Jiménez', 'Ruiz', 'Hernández', 'Díaz', 'Moreno', 'Muñoz', 'Álvarez', 'Romero', 'Alonso', 'Gutiérrez'],
  ...['Navarro', 'Torres', 'Domínguez', 'Vázquez', 'Ramos', 'Gil', 'Ramírez', 'Serrano', 'Blanco', 'Molina'],
  ...['Suárez', 'Ortega', 'Delgado', 'Castro', 'Ortiz', 'Rubio', 'Marín', 'Núñez', 'Iglesias', 'Peña'],
  ...[
    'Ibáñez',
    'Cañete',
    'Ordóñez',
    'Yáñez',
    'Agüero',
    'Echevarría',
    'Zubiri',
    'Llorente',
    'de la Fuente',
    'Castaño',
  ],
] as const

export const streets = [
  ...[
    'Calle Mayor',
    'Calle de los Libreros',
    'Avenida de la Constitución',
    'Calle del Ángel',
    'Plaza de España',
  ],
  ...[
    'Calle de la Peña',
    'Paseo de la Estación',
    'Calle Nueva',
    'Calle del Río',
    'Avenida de la Ilustración',
  ],
  ...['Calle de Miguel de Cervantes', 'Calle de Santiago', 'Travesía del Olmo', 'Ronda del Henares'],
] as const

/** Towns around the hospital, with their postal codes. */
export const towns = [
  { city: 'Alcalá de Henares', postalCode: '28801' },
  { city: 'Alcalá de Henares', postalCode: '28803' },
  { city: 'Alcalá de Henares', postalCode: '28807' },
  { city: 'Torrejón de Ardoz', postalCode: '28850' },
  { city: 'Meco', postalCode: '28880' },
  { city: 'Villalbilla', postalCode: '28810' },
  { city: 'Camarma de Esteruelas', postalCode: '28816' },
] as const
