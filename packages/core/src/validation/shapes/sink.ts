import type { BindingQuestion, Finding } from '../contract.js'

/** Where checks put what they find. */
export interface Sink {
  report(found: Finding): void
  ask(question: BindingQuestion): void
}

/** Only tells whether there was an error. */
export class Silence implements Sink {
  failed = false

  report({ severity }: Finding): void {
    if (severity === 'error') this.failed = true
  }

  ask(): void {
    // What cannot be told speaks against nothing.
  }
}
