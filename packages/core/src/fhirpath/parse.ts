import { createRequire } from 'node:module'
import { Unsupported } from './node.js'
import type { Operator, Syntax } from './syntax.js'

const require = createRequire(import.meta.url)

/** A node of the syntax tree, as the package `fhirpath` gives it. */
interface ParsedNode {
  readonly type: string
  readonly text?: string
  readonly delimitedText?: string
  readonly value?: string
  readonly unit?: string
  readonly children?: readonly ParsedNode[]
}

let parser: { parse(expression: string): ParsedNode } | undefined

/**
 * Parses an expression. The parser is loaded at the first call, which takes some 100 ms.
 *
 * @throws Error for what is no FHIRPath; Unsupported for syntax beyond FHIRPath 2.0 (N1).
 */
export function parseSyntax(expression: string): Syntax {
  parser ??= require('fhirpath') as { parse(expression: string): ParsedNode }
  return convert(parser.parse(expression))
}

function convert(node: ParsedNode): Syntax {
  const first = node.children?.[0]
  switch (node.type) {
    case 'EntireExpression':
    case 'TermExpression':
    case 'InvocationTerm':
    case 'ParenthesizedTerm':
    case 'LiteralTerm':
      return convert(child(node, 0))
    case 'InvocationExpression':
      return (node.children ?? []).slice(1).reduce<Syntax>(invoke, convert(child(node, 0)))
    case 'MemberInvocation':
    case 'FunctionInvocation':
      return invoke(undefined, node)
    case 'IndexerExpression':
      return ['[]', convert(child(node, 0)), convert(child(node, 1))]
    case 'ThisInvocation':
      return ['$', 'this']
    case 'IndexInvocation':
      return ['$', 'index']
    case 'TotalInvocation':
      return ['$', 'total']
    case 'ExternalConstantTerm':
      return ['%', node.delimitedText ?? unquote(node.text ?? '', '`')]
    case 'TypeExpression':
      return [node.text as 'is' | 'as', convert(child(node, 0)), typeText(child(node, 1))]
    case 'PolarityExpression':
      return node.text === '-' ? ['-1', convert(child(node, 0))] : convert(child(node, 0))
    case 'NullLiteral':
      return ['{}']
    case 'BooleanLiteral':
      return ['boolean', node.text === 'true']
    case 'StringLiteral':
      return ['string', unescaped((node.text ?? '').slice(1, -1))]
    case 'NumberLiteral':
      return ['number', node.text ?? '0']
    case 'DateLiteral':
      return ['date', (node.text ?? '').slice(1)]
    case 'TimeLiteral':
      return ['time', (node.text ?? '').slice(1)]
    case 'DateTimeLiteral':
      return ['dateTime', (node.text ?? '').slice(1)]
    case 'QuantityLiteral':
      return ['quantity', node.value ?? '0', unquote(node.unit ?? '1', "'")]
    default:
      if (node.type.endsWith('Expression') && node.children?.length === 2 && first !== undefined) {
        return [node.text as Operator, convert(first), convert(child(node, 1))]
      }
      throw new Unsupported(node.type)
  }
}

function invoke(of: Syntax | undefined, node: ParsedNode): Syntax {
  if (node.type === 'MemberInvocation') {
    const name = unquote(child(node, 0).text ?? '', '`')
    return of === undefined ? ['.', name] : ['.', name, of]
  }
  if (node.type !== 'FunctionInvocation') {
    // `$this` and its like after a dot mean nothing.
    if (of === undefined) return convert(node)
    throw new Unsupported(node.type)
  }
  const [identifier, list] = child(node, 0).children ?? []
  const parameters = (list?.children ?? []).map(convert)
  return ['()', unquote(identifier?.text ?? '', '`'), of ?? 0, ...parameters]
}

function typeText(node: ParsedNode): string {
  return (node.text ?? '')
    .split('.')
    .map((part) => unquote(part, '`'))
    .join('.')
}

function child(node: ParsedNode, index: number): ParsedNode {
  const found = node.children?.[index]
  if (found === undefined) throw new Unsupported(node.type)
  return found
}

function unquote(text: string, quote: string): string {
  return text.length > 1 && text.startsWith(quote) && text.endsWith(quote)
    ? unescaped(text.slice(1, -1))
    : text
}

const escapes: Readonly<Record<string, string>> = { r: '\r', n: '\n', t: '\t', f: '\f' }

function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, code?: string, letter = '') =>
    code === undefined ? (escapes[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16)),
  )
}
