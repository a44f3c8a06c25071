import { type Expression, UnsupportedExpression } from './syntax.js'

interface Token {
  readonly kind: 'name' | 'string' | 'number' | 'symbol' | 'end'
  readonly text: string
  readonly start: number
  readonly end: number
}

const tokenPattern =
  /\s*(?:(%?[A-Za-z_][A-Za-z0-9_]*|\$this|`[^`]*`)|'((?:[^'\\]|\\.)*)'|(\d+(?:\.\d+)?)|(!=|[.()|=,[\]]))/y

function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  tokenPattern.lastIndex = 0
  for (;;) {
    const from = tokenPattern.lastIndex
    const match = tokenPattern.exec(text)
    if (!match) {
      if (text.slice(from).trim() !== '') throw unexpected(text, text.slice(from).trim())
      tokens.push({ kind: 'end', text: '', start: text.length, end: text.length })
      return tokens
    }
    const [, name, string, number, symbol] = match
    const end = tokenPattern.lastIndex
    const start = from + (match[0].length - match[0].trimStart().length)
    if (name !== undefined) tokens.push({ kind: 'name', text: name.replace(/`/g, ''), start, end })
    else if (string !== undefined)
      tokens.push({ kind: 'string', text: unescapeString(text, string), start, end })
    else if (number !== undefined) tokens.push({ kind: 'number', text: number, start, end })
    else tokens.push({ kind: 'symbol', text: symbol ?? '', start, end })
  }
}

const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t', f: '\f' }

function unescapeString(text: string, string: string): string {
  if (string.includes('\\u')) throw unexpected(text, '\\u')
  return string.replace(/\\(.)/g, (_, char: string) => escapes[char] ?? char)
}

function unexpected(text: string, found: string): UnsupportedExpression {
  const place = found === '' ? 'its end' : `'${found.slice(0, 40)}'`
  return new UnsupportedExpression(`The expression '${text}' cannot be compiled: did not expect ${place}.`)
}

/** More nested parentheses than any search parameter needs; the bound keeps hostile input off the stack's end. */
const maxDepth = 50

class Parser {
  readonly #text: string
  readonly #tokens: readonly Token[]
  #at = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
    this.#tokens = tokenize(text)
  }

  /** The whole text: an expression and nothing after it. */
  whole(): { expression: Expression; branches: { expression: Expression; text: string }[] } {
    const branches: { expression: Expression; text: string }[] = []
    const expression = this.#disjunction(branches)
    if (this.#peek().kind !== 'end') throw unexpected(this.#text, this.#peek().text)
    return {
      expression,
      branches: expression.kind === 'union' ? branches : [{ expression, text: this.#text.trim() }],
    }
  }

  // The levels follow FHIRPath's precedence, loosest first: or, and, equality, union, is/as, invocation.

  #disjunction(branches?: { expression: Expression; text: string }[]): Expression {
    if (++this.#depth > maxDepth) throw unexpected(this.#text, 'more nesting')
    let left = this.#conjunction(branches)
    while (this.#takeName('or')) left = { kind: 'binary', operator: 'or', left, right: this.#conjunction() }
    this.#depth--
    return left
  }

  #conjunction(branches?: { expression: Expression; text: string }[]): Expression {
    let left = this.#equality(branches)
    while (this.#takeName('and')) left = { kind: 'binary', operator: 'and', left, right: this.#equality() }
    return left
  }

  #equality(branches?: { expression: Expression; text: string }[]): Expression {
    let left = this.#union(branches)
    for (;;) {
      const operator = this.#takeSymbol('=') ? '=' : this.#takeSymbol('!=') ? '!=' : undefined
      if (!operator) return left
      left = { kind: 'binary', operator, left, right: this.#union() }
    }
  }

  #union(collect: { expression: Expression; text: string }[] = []): Expression {
    do {
      const start = this.#peek().start
      const expression = this.#type()
      const end = this.#tokens[this.#at - 1]?.end ?? start
      collect.push({ expression, text: this.#text.slice(start, end) })
    } while (this.#takeSymbol('|'))
    const [first] = collect
    return collect.length === 1 && first
      ? first.expression
      : { kind: 'union', branches: collect.map((branch) => branch.expression) }
  }

  #type(): Expression {
    let focus = this.#invocation()
    for (;;) {
      const kind = this.#takeName('as') ? 'as' : this.#takeName('is') ? 'is' : undefined
      if (!kind) return focus
      focus = { kind, focus, type: this.#typeName() }
    }
  }

  #typeName(): string {
    const name = this.#name()
    if ((name === 'FHIR' || name === 'System') && this.#takeSymbol('.')) return this.#name()
    return name
  }

  #invocation(): Expression {
    let focus = this.#term()
    for (;;) {
      if (this.#takeSymbol('.')) {
        const name = this.#name()
        focus = this.#takeSymbol('(')
          ? { kind: 'call', focus, name, args: this.#arguments() }
          : { kind: 'member', focus, name }
      } else if (this.#takeSymbol('[')) {
        const token = this.#next()
        if (token.kind !== 'number' || token.text.includes('.')) throw unexpected(this.#text, token.text)
        this.#expect(']')
        focus = { kind: 'index', focus, index: Number(token.text) }
      } else return focus
    }
  }

  #term(): Expression {
    if (this.#takeSymbol('(')) {
      const inner = this.#disjunction()
      this.#expect(')')
      return inner
    }
    const token = this.#next()
    if (token.kind === 'string') return { kind: 'literal', value: token.text }
    if (token.kind === 'number') return { kind: 'literal', value: Number(token.text) }
    if (token.kind !== 'name') throw unexpected(this.#text, token.text)
    if (token.text === 'true' || token.text === 'false')
      return { kind: 'literal', value: token.text === 'true' }
    if (token.text === '$this') return { kind: 'this' }
    if (token.text === '%resource') return { kind: 'resource' }
    if (token.text.startsWith('%')) throw unexpected(this.#text, token.text)
    if (this.#takeSymbol('(')) return { kind: 'call', name: token.text, args: this.#arguments() }
    return { kind: 'name', name: token.text }
  }

  #arguments(): Expression[] {
    const args: Expression[] = []
    if (this.#takeSymbol(')')) return args
    do args.push(this.#disjunction())
    while (this.#takeSymbol(','))
    this.#expect(')')
    return args
  }

  #peek(): Token {
    return (
      this.#tokens[this.#at] ?? { kind: 'end', text: '', start: this.#text.length, end: this.#text.length }
    )
  }

  #next(): Token {
    const token = this.#peek()
    this.#at++
    return token
  }

  #name(): string {
    const token = this.#next()
    if (token.kind !== 'name') throw unexpected(this.#text, token.text)
    return token.text
  }

  #takeName(name: string): boolean {
    const token = this.#peek()
    if (token.kind !== 'name' || token.text !== name) return false
    this.#at++
    return true
  }

  #takeSymbol(symbol: string): boolean {
    const token = this.#peek()
    if (token.kind !== 'symbol' || token.text !== symbol) return false
    this.#at++
    return true
  }

  #expect(symbol: string): void {
    const token = this.#next()
    if (token.kind !== 'symbol' || token.text !== symbol) throw unexpected(this.#text, token.text)
  }
}

/**
 * Parses a SearchParameter expression.
 *
 * @throws UnsupportedExpression for text outside the supported part of FHIRPath.
 */
export function parseExpression(text: string): Expression {
  return new Parser(text).whole().expression
}

/** A branch of an expression's outermost union, with the name that it starts with. */
export interface ExpressionBranch {
  /** `Patient` for `(Patient.deceased as dateTime)`; undefined for one that starts with no name. */
  readonly root: string | undefined
  readonly text: string
  readonly expression: Expression
}

/** The branches of an expression's outermost union: parameters shared by several types have one per type. */
export function splitExpression(text: string): ExpressionBranch[] {
  return new Parser(text).whole().branches.map((branch) => ({ ...branch, root: rootOf(branch.expression) }))
}

function rootOf(expression: Expression): string | undefined {
  switch (expression.kind) {
    case 'name':
      return expression.name
    case 'member':
    case 'index':
    case 'is':
    case 'as':
      return rootOf(expression.focus)
    case 'call':
      return expression.focus ? rootOf(expression.focus) : undefined
    case 'binary':
      return rootOf(expression.left)
    case 'union':
      return expression.branches[0] ? rootOf(expression.branches[0]) : undefined
    default:
      return undefined
  }
}
