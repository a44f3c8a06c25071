/**
 * Syntax trees of FHIRPath as compact JSON: an operator's name, then its operands. Expressions of R4's own invariants are
 * parsed at build time and stored like this.
 */
export type Syntax =
  /** `{}` */
  | readonly ['{}']
  | readonly ['boolean', boolean]
  | readonly ['string', string]
  /** The digits as written: `1.0` is no integer. */
  | readonly ['number', string]
  /** Without the `@`: a date, `T` and a time, or a date, `T` and perhaps a time. */
  | readonly ['date' | 'time' | 'dateTime', string]
  | readonly ['quantity', value: string, unit: string]
  /** A child of what the second expression selects; without that, of `$this`. */
  | readonly ['.', name: string, of?: Syntax]
  | readonly ['[]', of: Syntax, index: Syntax]
  /** A function on what the second expression selects; 0 for `$this`. */
  | readonly ['()', name: string, of: Syntax | 0, ...parameters: Syntax[]]
  | readonly ['$', 'this' | 'index' | 'total']
  | readonly ['%', name: string]
  | readonly ['is' | 'as', of: Syntax, type: string]
  | readonly ['-1', of: Syntax]
  | readonly [operator: Operator, left: Syntax, right: Syntax]

export type Operator =
  | '|'
  | '='
  | '!='
  | '~'
  | '!~'
  | '<'
  | '>'
  | '<='
  | '>='
  | '+'
  | '-'
  | '*'
  | '/'
  | 'div'
  | 'mod'
  | '&'
  | 'and'
  | 'or'
  | 'xor'
  | 'implies'
  | 'in'
  | 'contains'

/** The type that `ofType(Quantity)` names: a path that stands for a name. */
export function typeName(syntax: Syntax | undefined): string | undefined {
  if (syntax?.[0] !== '.') return undefined
  const [, name, of] = syntax
  if (of === undefined) return name
  const parent = typeName(of)
  return parent === undefined ? undefined : `${parent}.${name}`
}
