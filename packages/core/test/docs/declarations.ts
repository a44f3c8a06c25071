import path from 'node:path'
import ts from 'typescript'
import { read, root } from './markdown.js'

/** Names of the members that an interface declares itself, in order; what it extends is not followed. */
export function membersOf(file: string, name: string): string[] {
  const source = ts.createSourceFile(path.join(root, file), read(file), ts.ScriptTarget.ES2022, true)
  const found = source.statements.find(
    (statement): statement is ts.InterfaceDeclaration =>
      ts.isInterfaceDeclaration(statement) && statement.name.text === name,
  )
  if (!found) throw new Error(`${file} declares no interface ${name}`)
  return found.members.map((member) => member.name?.getText(source) ?? '')
}
