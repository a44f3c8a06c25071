import type { Compiled } from './frame.js'
import { conversions } from './functions/conversion.js'
import { existence } from './functions/existence.js'
import { fhirFunctions } from './functions/fhir.js'
import { filtering } from './functions/filtering.js'
import type { FunctionCompiler } from './functions/function.js'
import { mathematics } from './functions/math.js'
import { text } from './functions/text.js'
import { typeFunctions } from './functions/type.js'
import { Unsupported } from './node.js'
import type { Syntax } from './syntax.js'

const functions: ReadonlyMap<string, FunctionCompiler> = new Map(
  [existence, filtering, text, conversions, mathematics, typeFunctions, fhirFunctions].flatMap((each) =>
    Object.entries(each),
  ),
)

/** Compiles a call. @throws Unsupported for a function, or a number of parameters, that is not known here. */
export function compileFunction(
  name: string,
  target: Compiled,
  parameters: readonly Syntax[],
  compile: (syntax: Syntax) => Compiled,
): Compiled {
  const known = functions.get(name)
  if (known === undefined) throw new Unsupported(`${name}()`)
  return known(target, parameters, compile)
}
