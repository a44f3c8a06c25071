import type { Membership } from '../../terminology/membership.js'
import type { Rule } from '../contract.js'
import { activeContent } from './active-content.js'
import { attachments } from './attachments.js'
import { bundles } from './bundles.js'
import { codeSystems } from './code-systems.js'
import { identifiers } from './identifiers.js'
import { narrative } from './narrative.js'
import { narrativeLinks } from './narrative-links.js'
import { questionnaireResponses } from './questionnaire-response.js'
import { questionnaires } from './questionnaires.js'
import { references } from './references.js'
import { searchParameters } from './search-parameters.js'

/**
 * Everything that is looked at besides structure, profiles and invariants, in the order in which findings are told.
 *
 * @param membership tells what codes are called, for displays in answers to questionnaires.
 */
export function contentRules(membership?: Membership): readonly Rule[] {
  return [
    bundles,
    references,
    narrative,
    narrativeLinks,
    attachments,
    identifiers,
    activeContent,
    searchParameters,
    questionnaires,
    codeSystems,
    questionnaireResponses(membership),
  ]
}
