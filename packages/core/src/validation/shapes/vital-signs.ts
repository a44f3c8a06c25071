import type { AnyResource } from '../../fhir/types.js'
import { coreUrl } from './element-definition.js'
import { isObject } from './items.js'

/** LOINC codes of vital signs, each with R4's profile for it. */
const profiles: Readonly<Record<string, string>> = {
  '85353-1': 'vitalspanel',
  '9279-1': 'resprate',
  '8867-4': 'heartrate',
  '2708-6': 'oxygensat',
  '59408-5': 'oxygensat',
  '8310-5': 'bodytemp',
  '8302-2': 'bodyheight',
  '9843-4': 'headcircum',
  '29463-7': 'bodyweight',
  '39156-5': 'bmi',
  '85354-9': 'bp',
}

/** SNOMED CT codes that HL7's validator takes for vital signs. */
const snomedProfiles: Readonly<Record<string, string>> = {
  '86290005': 'resprate',
  '271625008': 'resprate',
  '364075005': 'heartrate',
  '78564009': 'heartrate',
  '103228002': 'oxygensat',
  '386725007': 'bodytemp',
  '276885007': 'bodytemp',
  '50373000': 'bodyheight',
  '363812007': 'headcircum',
  '27113001': 'bodyweight',
  '60621009': 'bmi',
  '75367002': 'bp',
}

/**
 * The profile that an Observation has to conform to because its code says a vital sign, whether it claims it or not
 * (https://hl7.org/fhir/R4/observation-vitalsigns.html).
 */
export function vitalSignsProfile(resource: AnyResource): string | undefined {
  if (resource.resourceType !== 'Observation' || !isObject(resource.code)) return undefined
  const { coding } = resource.code
  if (!Array.isArray(coding)) return undefined
  for (const each of coding) {
    if (!isObject(each) || typeof each.code !== 'string') continue
    const list =
      each.system === 'http://loinc.org'
        ? profiles
        : each.system === 'http://snomed.info/sct'
          ? snomedProfiles
          : undefined
    if (list && Object.hasOwn(list, each.code)) return `${coreUrl}${list[each.code]}`
  }
  return undefined
}
