import { anemia, appendicitis, healthy, hipFracture } from './acute.js'
import { copd, diabetes, heartFailure, hypertension, hypothyroidism, kidneyDisease } from './chronic.js'
import type { Story } from './story.js'
import { asthma, growingUp, pregnancy } from './young.js'

/** Every kind of patient in the demo hospital, in the order of their numbers. */
export const stories: readonly Story[] = [
  diabetes,
  hypertension,
  kidneyDisease,
  copd,
  hypothyroidism,
  heartFailure,
  pregnancy,
  asthma,
  growingUp,
  anemia,
  hipFracture,
  appendicitis,
  healthy,
]
