import type { CodeProvider } from '../provider.js'
import { languages } from './languages.js'
import { mimeTypes } from './mime-types.js'
import { ucum } from './ucum.js'

/** The code systems that are grammars (https://hl7.org/fhir/R4/terminologies-systems.html). Nothing is loaded before use. */
export const grammars: readonly CodeProvider[] = [ucum, languages, mimeTypes]
