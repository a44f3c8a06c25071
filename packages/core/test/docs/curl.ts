/** One curl command of a page, with the status that the comment before it promises. */
export interface CurlCommand {
  readonly status: number
  readonly comment: string
  /** As a shell takes it. */
  readonly text: string
}

/** A script of curl commands: its variables, and each command under the comment that tells its status. */
export function parseTour(script: string): {
  variables: ReadonlyMap<string, string>
  commands: CurlCommand[]
} {
  const variables = new Map<string, string>()
  const commands: CurlCommand[] = []
  let comment: string | undefined
  for (const statement of statements(script)) {
    const assignment = /^([A-Z]+)=(.*)$/s.exec(statement)
    if (statement.startsWith('#')) comment = statement.slice(1).trim()
    else if (assignment) variables.set(assignment[1]!, splitWords(assignment[2]!, variables)[0] ?? '')
    else {
      const status = /^(\d{3}) /.exec(comment ?? '')?.[1]
      if (!statement.startsWith('curl ') || comment === undefined || status === undefined) {
        throw new Error(
          `expected a curl command under a comment that begins with its status, found: ${statement}`,
        )
      }
      commands.push({ status: Number(status), comment, text: statement })
      comment = undefined
    }
  }
  return { variables, commands }
}

/** Splits at line ends outside quotes; a backslash before a line end joins. */
function statements(script: string): string[] {
  const found: string[] = []
  let current = ''
  let quote = ''
  const text = script.replace(/\\\n\s*/g, ' ')
  for (const character of text) {
    const inComment = current.startsWith('#')
    if (character === '\n' && quote === '') {
      found.push(current)
      current = ''
      continue
    }
    if (quote === '' && !inComment && (character === "'" || character === '"')) quote = character
    else if (character === quote) quote = ''
    current += character
  }
  if (quote !== '') throw new Error(`a quote is never closed: ${current}`)
  return [...found, current].map((each) => each.trim()).filter((each) => each !== '')
}

/** The words of a shell command: single quotes keep everything, double quotes and bare text take variables. */
export function splitWords(text: string, variables: ReadonlyMap<string, string>): string[] {
  const words: string[] = []
  for (const [word] of text.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)) {
    const parts = [...word.matchAll(/'([^']*)'|"([^"]*)"|([^'"]+)/g)]
    words.push(
      parts.map(([, single, double, bare]) => single ?? expand(double ?? bare ?? '', variables)).join(''),
    )
  }
  return words
}

function expand(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(/\$([A-Z]+)/g, (_, name: string) => {
    const value = variables.get(name)
    if (value === undefined) throw new Error(`the variable ${name} is not set`)
    return value
  })
}

/** Does with fetch what curl would do; only the options that the pages use. */
export async function fetchLikeCurl(text: string, variables: ReadonlyMap<string, string>): Promise<Response> {
  const [, ...words] = splitWords(text, variables)
  const headers = new Headers()
  let method: string | undefined
  let body: string | undefined
  let url: string | undefined
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '-X') method = words.shift()
    else if (word === '-d') body = words.shift()
    else if (word === '-H') {
      const header = words.shift() ?? ''
      headers.set(header.slice(0, header.indexOf(':')), header.slice(header.indexOf(':') + 1).trim())
    } else if (word === '-i' || word === '-s') continue
    else if (word.startsWith('-')) throw new Error(`the option ${word} is not known here`)
    else url = word
  }
  if (url === undefined) throw new Error(`no URL in: ${text}`)
  // curl -d sends without line ends, and as a form unless told otherwise.
  const sent = body?.replace(/[\r\n]/g, '')
  if (sent !== undefined && !headers.has('content-type'))
    headers.set('content-type', 'application/x-www-form-urlencoded')
  return fetch(url, {
    method: method ?? (sent === undefined ? 'GET' : 'POST'),
    headers,
    ...(sent === undefined ? {} : { body: sent }),
  })
}
