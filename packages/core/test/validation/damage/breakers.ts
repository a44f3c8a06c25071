// How to break an invariant of an element that satisfies it, by the type of the element or the path where it is defined.
import type { Json } from './spots.js'

/** The element with the invariant broken; undefined where this element cannot break it. */
export type Break = (element: Json) => Json | undefined

type Breakers = Readonly<Record<string, Readonly<Record<string, Break>>>>

const has = (element: Json, name: string) => Object.keys(element).some((key) => key.startsWith(name))

const concept = { text: 'x' }
const quantity = { value: 1 }
const extension = [{ url: 'http://example.org/extension', valueString: 'x' }]

/** Adds elements, whatever was there. */
const set =
  (more: Json): Break =>
  (element) => ({ ...element, ...more })

/** Takes elements away, choices and underscore siblings with them; an extension keeps the element from being empty. */
const drop =
  (...names: readonly string[]): Break =>
  (element) => {
    const kept = Object.entries(element).filter(
      ([key]) => !names.some((name) => key.replace('_', '').startsWith(name)),
    )
    return { ...Object.fromEntries(kept), extension }
  }

const both =
  (first: Break, second: Break): Break =>
  (element) => {
    const found = first(element)
    return found && second(found)
  }

/** Only of elements for which this holds. */
const where =
  (holds: (element: Json) => boolean, change: Break): Break =>
  (element) =>
    holds(element) ? change(element) : undefined

const given = (name: string, change: Break) => where((element) => has(element, name), change)

/** Repeats the first item of a list. */
const repeat =
  (name: string): Break =>
  (element) => {
    const list = element[name]
    return Array.isArray(list) && list.length > 0 ? { ...element, [name]: [...list, list[0]] } : undefined
  }

/** Changes the first item of a list. */
const first =
  (name: string, change: Break): Break =>
  (element) => {
    const list = element[name]
    if (!Array.isArray(list) || list.length === 0) return undefined
    const changed = change(list[0] as Json)
    return changed && { ...element, [name]: [changed, ...list.slice(1)] }
  }

const status = (system: string, code: string) => ({
  coding: [{ system: `http://terminology.hl7.org/CodeSystem/${system}`, code }],
})

const bundleOf =
  (...types: readonly string[]) =>
  (bundle: Json) =>
    types.includes(bundle.type as string)

/** Of any resource that may contain others, unless it is contained itself. */
export const domainResourceBreakers: Readonly<Record<string, Break>> = {
  'dom-3': (resource) => ({
    ...resource,
    contained: [
      ...((resource.contained as readonly Json[] | undefined) ?? []),
      { resourceType: 'Basic', id: 'nobody-refers-to-me', code: concept },
    ],
  }),
  'dom-4': first('contained', set({ meta: { versionId: '1' } })),
  'dom-5': first('contained', set({ meta: { security: [{ system: 'http://example.org/s', code: 'x' }] } })),
  'dom-6': given('text', ({ text: _, ...resource }) => resource),
}

/** Of elements by the path where their owner defines them. */
export const elementBreakers: Breakers = {
  'Organization.address': { 'org-2': set({ use: 'home' }) },
  'Organization.telecom': { 'org-3': set({ use: 'home' }) },
}

const expanded: Readonly<Record<string, Break>> = {
  'vsd-6': drop('code', 'display'),
  'vsd-9': both(drop('code'), set({ abstract: false, display: 'x' })),
  'vsd-10': given('code', drop('system')),
}

/** Of objects by their type, or path of a backbone element. */
export const typeBreakers: Breakers = {
  Age: { 'age-1': set({ value: -1 }) },
  Attachment: { 'att-1': both(drop('contentType'), set({ data: 'AAEC' })) },
  ContactPoint: { 'cpt-2': given('value', drop('system')) },
  'DataRequirement.codeFilter': { 'drq-1': drop('path', 'searchParam') },
  'DataRequirement.dateFilter': { 'drq-1': drop('path', 'searchParam') },
  Duration: { 'drt-1': given('code', drop('value')) },
  ElementDefinition: {
    'eld-2': set({ min: 5, max: '2' }),
    'eld-8': set({ patternString: 'a', fixedString: 'b', type: [{ code: 'string' }] }),
    'eld-15': set({ defaultValueString: 'a', meaningWhenMissing: 'b', type: [{ code: 'string' }] }),
    'eld-18': both(drop('isModifierReason'), set({ isModifier: true })),
    'eld-22': both(drop('sliceName'), set({ sliceIsConstraining: true })),
    'eld-13': repeat('type'),
    'eld-14': repeat('constraint'),
  },
  'ElementDefinition.slicing': { 'eld-1': drop('discriminator', 'description') },
  Expression: { 'exp-1': drop('expression', 'reference') },
  Extension: {
    'ext-1': (element) => ({ url: element.url }),
  },
  Period: { 'per-1': set({ start: '2020-01-02', end: '2020-01-01' }) },
  Quantity: { 'qty-3': both(drop('system'), set({ code: 'mg' })) },
  Range: { 'rng-2': set({ low: { value: 5 }, high: { value: 2 } }) },
  Ratio: { 'rat-1': given('denominator', drop('denominator')) },
  Reference: { 'ref-1': set({ reference: '#nothing-has-this-id' }) },
  'Timing.repeat': {
    'tim-1': both(drop('durationUnit'), set({ duration: 1 })),
    'tim-2': both(drop('periodUnit'), set({ period: 1 })),
    'tim-4': set({ duration: -1, durationUnit: 'h' }),
    'tim-5': set({ period: -1, periodUnit: 'h' }),
    'tim-6': both(drop('period'), set({ periodMax: 1 })),
    'tim-7': both(drop('duration'), set({ durationMax: 1 })),
    'tim-8': both(drop('count'), set({ countMax: 1 })),
    'tim-9': both(drop('when'), set({ offset: 1 })),
    'tim-10': set({ timeOfDay: ['10:00:00'], when: ['AC'] }),
  },
  TriggerDefinition: {
    'trd-1': set({ data: [{ type: 'Patient' }], timingDate: '2020' }),
    'trd-2': both(drop('data'), set({ condition: { language: 'text/fhirpath', expression: 'true' } })),
    'trd-3': both(drop('name'), set({ type: 'named-event' })),
  },

  AllergyIntolerance: {
    'ait-1': both(
      drop('clinicalStatus'),
      set({ verificationStatus: status('allergyintolerance-verification', 'confirmed') }),
    ),
    'ait-2': given(
      'clinicalStatus',
      set({ verificationStatus: status('allergyintolerance-verification', 'entered-in-error') }),
    ),
  },
  Appointment: {
    'app-2': where((element) => has(element, 'start') && has(element, 'end'), drop('end')),
    'app-3': both(drop('start', 'end'), set({ status: 'booked' })),
    'app-4': set({ status: 'booked', cancelationReason: concept }),
  },
  'Appointment.participant': { 'app-1': drop('type', 'actor') },
  AppointmentResponse: { 'apr-1': drop('participantType', 'actor') },
  'AuditEvent.entity': { 'sev-1': set({ name: 'x', query: 'AAEC' }) },
  Bundle: {
    'bdl-1': where((bundle) => !bundleOf('searchset', 'history')(bundle), set({ total: 1 })),
    'bdl-2': where(
      (bundle) => !bundleOf('searchset')(bundle),
      first('entry', set({ search: { mode: 'match' } })),
    ),
    'bdl-3': where(bundleOf('transaction', 'batch', 'history'), first('entry', drop('request'))),
    'bdl-4': where(
      bundleOf('collection', 'document', 'searchset'),
      first('entry', set({ response: { status: '200' } })),
    ),
    'bdl-7': where(
      (bundle) => !bundleOf('history')(bundle),
      (bundle) =>
        (bundle.entry as readonly Json[] | undefined)?.[0]?.fullUrl === undefined
          ? undefined
          : repeat('entry')(bundle),
    ),
    'bdl-9': where(bundleOf('document'), ({ identifier: _, ...bundle }) => bundle),
    'bdl-10': where(bundleOf('document'), ({ timestamp: _, ...bundle }) => bundle),
    'bdl-11': where(bundleOf('document'), (bundle) => ({
      ...bundle,
      entry: (bundle.entry as Json[]).slice(1),
    })),
    'bdl-12': where(bundleOf('message'), (bundle) => ({
      ...bundle,
      entry: (bundle.entry as Json[]).slice(1),
    })),
  },
  'Bundle.entry': {
    'bdl-5': drop('resource', 'request', 'response'),
    'bdl-8': given('fullUrl', (entry) => ({ ...entry, fullUrl: `${entry.fullUrl}/_history/1` })),
  },
  CapabilityStatement: {
    'cpb-1': drop('rest', 'messaging', 'document'),
    'cpb-2': drop('description', 'software', 'implementation'),
    'cpb-3': where(
      ({ messaging }) => Array.isArray(messaging) && has(messaging[0] as Json, 'endpoint'),
      set({ kind: 'requirements' }),
    ),
    'cpb-7': repeat('document'),
    'cpb-14': both(drop('implementation'), set({ kind: 'instance' })),
    'cpb-15': both(drop('software'), set({ kind: 'capability' })),
    'cpb-16': set({ kind: 'requirements', software: { name: 'x' } }),
  },
  'CapabilityStatement.rest': { 'cpb-9': repeat('resource') },
  'CapabilityStatement.rest.resource': { 'cpb-12': repeat('searchParam') },
  'CarePlan.activity': { 'cpl-3': set({ detail: { status: 'scheduled' }, reference: { display: 'x' } }) },
  CodeSystem: { 'csd-1': repeat('concept') },
  'Composition.section': {
    'cmp-1': drop('text', 'entry', 'section'),
    'cmp-2': set({ emptyReason: concept, entry: [{ display: 'x' }] }),
  },
  'ConceptMap.group.element.target': { 'cmd-1': both(drop('comment'), set({ equivalence: 'narrower' })) },
  'ConceptMap.group.unmapped': {
    'cmd-2': both(drop('code'), set({ mode: 'fixed' })),
    'cmd-3': both(drop('url'), set({ mode: 'other-map' })),
  },
  Condition: {
    'con-3': both(
      drop('clinicalStatus'),
      set({
        verificationStatus: status('condition-ver-status', 'confirmed'),
        category: [status('condition-category', 'problem-list-item')],
      }),
    ),
    'con-4': both(
      drop('abatement'),
      set({ abatementString: 'x', clinicalStatus: status('condition-clinical', 'active') }),
    ),
    'con-5': given(
      'clinicalStatus',
      set({ verificationStatus: status('condition-ver-status', 'entered-in-error') }),
    ),
  },
  'Condition.stage': { 'con-1': drop('summary', 'assessment') },
  'Condition.evidence': { 'con-2': drop('code', 'detail') },
  Consent: { 'ppc-1': drop('policy', 'policyRule') },
  FamilyMemberHistory: {
    'fhs-1': both(drop('age', 'born'), set({ ageString: 'x', bornString: 'y' })),
    'fhs-2': both(drop('age'), set({ estimatedAge: true })),
  },
  'Goal.target': { 'gol-1': both(drop('measure', 'detail'), set({ detailQuantity: quantity })) },
  Group: { 'grp-1': given('member', set({ actual: false })) },
  'Immunization.education': { 'imm-1': drop('documentType', 'reference') },
  'ImmunizationRecommendation.recommendation': { 'imr-1': drop('vaccineCode', 'targetDisease') },
  InsurancePlan: { 'ipn-1': drop('identifier', 'name') },
  Linkage: { 'lnk-1': (linkage) => ({ ...linkage, item: (linkage.item as Json[]).slice(0, 1) }) },
  List: {
    'lst-1': given('entry', set({ emptyReason: concept })),
    'lst-2': both(first('entry', set({ deleted: true })), set({ mode: 'snapshot' })),
    'lst-3': both(first('entry', set({ date: '2020' })), set({ mode: 'snapshot' })),
  },
  MeasureReport: { 'mrp-1': given('group', set({ type: 'data-collection' })) },
  'MedicationAdministration.dosage': { 'mad-1': drop('dose', 'rate') },
  MedicationDispense: {
    'mdd-1': set({ whenPrepared: '2020-01-02T10:00:00Z', whenHandedOver: '2020-01-01T10:00:00Z' }),
  },
  MolecularSequence: { 'msq-3': set({ coordinateSystem: 2 }) },
  'MolecularSequence.referenceSeq': {
    'msq-5': both(drop('chromosome', 'genomeBuild'), set({ chromosome: concept })),
    'msq-6': set({ genomeBuild: 'x', referenceSeqString: 'y', chromosome: concept }),
  },
  NutritionOrder: { 'nor-1': drop('oralDiet', 'supplement', 'enteralFormula') },
  Observation: {
    'obs-6': given('value', set({ dataAbsentReason: concept })),
    'obs-7': both(
      where(
        ({ code }) => has(code as Json, 'coding'),
        (observation) => ({ ...observation, component: [{ code: observation.code, valueString: 'x' }] }),
      ),
      both(drop('value', 'dataAbsentReason'), set({ valueString: 'x' })),
    ),
  },
  'Observation.referenceRange': { 'obs-3': drop('low', 'high', 'text') },
  'OperationDefinition.parameter': {
    'opd-1': drop('type', 'part', 'searchType', 'targetProfile'),
    'opd-2': set({ searchType: 'token', type: 'code' }),
    'opd-3': set({ targetProfile: ['http://example.org/p'], type: 'string' }),
  },
  Organization: { 'org-1': drop('identifier', 'name') },
  'Parameters.parameter': { 'inv-1': drop('value', 'resource', 'part') },
  'Patient.contact': { 'pat-1': drop('name', 'telecom', 'address', 'organization') },
  Questionnaire: { 'que-2': repeat('item') },
  'Questionnaire.item': {
    'que-1': both(drop('item'), set({ type: 'group' })),
    'que-3': both(drop('item'), set({ type: 'display', code: [{ code: 'x' }] })),
    'que-4': set({
      type: 'choice',
      answerOption: [{ valueString: 'x' }],
      answerValueSet: 'http://example.org/v',
    }),
    'que-6': both(drop('item'), set({ type: 'display', required: true })),
    'que-8': set({
      type: 'group',
      item: [{ linkId: 'new', type: 'string' }],
      initial: [{ valueString: 'x' }],
    }),
    'que-9': both(drop('item'), set({ type: 'display', readOnly: true })),
    'que-10': set({ type: 'date', maxLength: 5 }),
    'que-11': set({ type: 'choice', answerOption: [{ valueString: 'x' }], initial: [{ valueString: 'x' }] }),
    'que-12': both(drop('enableBehavior'), repeat('enableWhen')),
    'que-13': set({ type: 'string', repeats: false, initial: [{ valueString: 'x' }, { valueString: 'y' }] }),
  },
  'QuestionnaireResponse.item': {
    'qrs-1': set({ answer: [{ valueString: 'x' }], item: [{ linkId: 'new' }] }),
  },
  'RequestGroup.action': { 'rqg-1': drop('resource', 'action') },
  'RiskAssessment.prediction': { 'ras-2': both(drop('probability'), set({ probabilityDecimal: 101 })) },
  SearchParameter: {
    'spd-1': both(drop('xpathUsage'), set({ xpath: 'f:x' })),
    'spd-2': set({ type: 'string', chain: ['name'] }),
  },
  ServiceRequest: { 'prr-1': both(drop('code'), set({ orderDetail: [concept] })) },
  StructureDefinition: {
    'sdf-6': drop('snapshot', 'differential'),
    'sdf-18': where(({ type }) => type !== 'Extension', set({ contextInvariant: ['true'] })),
  },
  'StructureDefinition.mapping': { 'sdf-2': drop('name', 'uri') },
  'StructureMap.group.rule.target': { 'smp-1': both(drop('context'), set({ element: 'x' })) },
  Task: { 'inv-1': set({ authoredOn: '2020-01-02T10:00:00Z', lastModified: '2020-01-01T10:00:00Z' }) },
  TerminologyCapabilities: { 'tcp-2': drop('description', 'software', 'implementation') },
  'TestReport.setup.action': { 'inv-1': drop('operation', 'assert') },
  'TestReport.test.action': { 'inv-2': drop('operation', 'assert') },
  'TestScript.setup.action': { 'tst-1': drop('operation', 'assert') },
  'TestScript.test.action': { 'tst-2': drop('operation', 'assert') },
  'TestScript.variable': { 'tst-3': set({ expression: 'x', headerField: 'y', path: 'z' }) },
  'ValueSet.compose.include': {
    'vsd-1': drop('valueSet', 'system', 'concept', 'filter'),
    'vsd-2': given('concept', drop('system')),
    'vsd-3': set({
      system: 'http://example.org/s',
      concept: [{ code: 'x' }],
      filter: [{ property: 'p', op: '=', value: 'v' }],
    }),
  },
  'ValueSet.expansion.contains': expanded,
}
