import type { QuantityValue, ReferenceValue, TokenValue } from '@anamnesis/core'
import * as keys from './token-keys.js'

// Every form by which a search may name a value, as texts to be hashed. `parameter` says what the value is filed under.

export function tokenForms(
  parameter: string,
  { system, code, ofType }: Omit<TokenValue, 'param' | 'type'>,
): string[] {
  const forms = [keys.systemKey(parameter, system ?? '')]
  if (code === undefined) return forms
  forms.push(keys.codeKey(parameter, code), keys.codingKey(parameter, system ?? '', code))
  for (const held of ofType ?? []) {
    forms.push(keys.typedIdentifierKey(parameter, held.system ?? '', held.code ?? '', code))
  }
  return forms
}

export function referenceForms(parameter: string, value: ReferenceValue): string[] {
  const { targetType, targetId, url, urlVersion, identifier } = value
  const forms: string[] = []
  if (targetType !== undefined && targetId !== undefined) {
    forms.push(keys.referenceKey(parameter, targetType, targetId))
  }
  if (url !== undefined) {
    forms.push(keys.urlKey(parameter, url))
    if (urlVersion === undefined) forms.push(keys.unversionedKey(parameter, url))
    else {
      forms.push(keys.urlKey(parameter, `${url}|${urlVersion}`))
      forms.push(...keys.versionsAbove(urlVersion).map((version) => keys.versionKey(parameter, url, version)))
    }
  }
  if (identifier) {
    const { system, value: code } = identifier
    forms.push(
      ...tokenForms(keys.identifierParameter(parameter), {
        ...(system === undefined ? {} : { system }),
        ...(code === undefined ? {} : { code }),
      }),
    )
  }
  return forms
}

export function uriForms(parameter: string, url: string): string[] {
  return [keys.urlKey(parameter, url), ...keys.urlsAbove(url).map((above) => keys.belowKey(parameter, above))]
}

/** Forms of the unit of a quantity. Outside of composites they are filed under `unit`, being compared beside a parameter. */
export function unitForms({ system, code, unit, canonical }: QuantityValue, parameter = 'unit'): string[] {
  const forms = [keys.systemKey(parameter, system ?? '')]
  if (code !== undefined)
    forms.push(keys.codeKey(parameter, code), keys.codingKey(parameter, system ?? '', code))
  if (unit !== undefined && unit !== code) forms.push(keys.codeKey(parameter, unit))
  if (canonical) forms.push(keys.canonicalUnitKey(parameter, canonical.unit))
  return forms
}

/** The form that a quantity must have to be in the searched unit; undefined where the search names none. */
export function searchedUnit(
  {
    system,
    code,
    canonical,
  }: { readonly system?: string; readonly code?: string; readonly canonical?: { readonly unit: string } },
  parameter = 'unit',
): string | undefined {
  if (canonical) return keys.canonicalUnitKey(parameter, canonical.unit)
  if (system === undefined) return code === undefined ? undefined : keys.codeKey(parameter, code)
  return code === undefined ? keys.systemKey(parameter, system) : keys.codingKey(parameter, system, code)
}
