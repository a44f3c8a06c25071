/** The part of FHIRPath that SearchParameter expressions are written in, as a tree. */
export type Expression =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'this' }
  | { readonly kind: 'resource' }
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  | { readonly kind: 'member'; readonly focus: Expression; readonly name: string }
  | {
      readonly kind: 'call'
      /** Absent: the function is called on the current focus, as `resolve()` in `where(resolve() is Patient)`. */
      readonly focus?: Expression
      readonly name: string
      readonly args: readonly Expression[]
    }
  | { readonly kind: 'index'; readonly focus: Expression; readonly index: number }
  | { readonly kind: 'is' | 'as'; readonly focus: Expression; readonly type: string }
  | { readonly kind: 'union'; readonly branches: readonly Expression[] }
  | {
      readonly kind: 'binary'
      readonly operator: 'and' | 'or' | '=' | '!='
      readonly left: Expression
      readonly right: Expression
    }

/**
 * An expression that this compiler does not understand. For a custom SearchParameter the caller falls back to a FHIRPath
 * engine; among R4's own there is none.
 */
export class UnsupportedExpression extends Error {
  override readonly name = 'UnsupportedExpression'
}

/** The expression names an element that R4 does not have there: another engine would find nothing either. */
export class UnknownElement extends UnsupportedExpression {}
