import type { Membership } from '../../terminology/membership.js'
import type { Rule } from '../contract.js'
import { narrative } from './narrative.js'
import { questionnaireResponses } from './questionnaire-response.js'

/**
 * Everything that is looked at besides structure, profiles and invariants, in the order in which findings are told.
 *
 * @param membership tells what codes are called, for displays in answers to questionnaires.
 */
export function contentRules(membership?: Membership): readonly Rule[] {
  return [narrative, questionnaireResponses(membership)]
}
