import { ofCollection } from '../compiled.js'
import type { Compiled, Frame } from '../frame.js'
import { type Collection, singleText, Unsupported } from '../node.js'
import type { Syntax } from '../syntax.js'

/** Compiles a call of one function: on what, with which parameters. */
export type FunctionCompiler = (
  target: Compiled,
  parameters: readonly Syntax[],
  compile: (syntax: Syntax) => Compiled,
) => Compiled

export type Functions = Readonly<Record<string, FunctionCompiler>>

/** The parameter at a place. @throws Unsupported where it is missing: then `fhirpath` says what it thinks of that. */
export function parameter(
  parameters: readonly Syntax[],
  index: number,
  compile: (syntax: Syntax) => Compiled,
): Compiled {
  const found = parameters[index]
  if (found === undefined) throw new Unsupported('fewer parameters than expected')
  return compile(found)
}

/** A function of its collection alone. */
export function plain(work: (collection: Collection) => Collection): FunctionCompiler {
  return (target, parameters) => {
    if (parameters.length > 0) throw new Unsupported('parameters where none were expected')
    return ofCollection((frame) => work(target.evaluate(frame)))
  }
}

/** A function of its collection and that of one parameter. */
export function binary(work: (collection: Collection, other: Collection) => Collection): FunctionCompiler {
  return (target, parameters, compile) => {
    const other = parameter(parameters, 0, compile)
    return ofCollection((frame) => work(target.evaluate(frame), other.evaluate(frame)))
  }
}

/** A parameter's text. */
export function textOf(compiled: Compiled, frame: Frame): string | undefined {
  return singleText(compiled.evaluate(frame))
}
