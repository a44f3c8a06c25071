import { readSuite, readInput } from '/work/wt/fhirpath/packages/core/test/fhirpath/official-suite.js'
import { compileExpression } from '/work/wt/fhirpath/packages/core/src/fhirpath/expression.js'
import { fallbackExpression } from '/work/wt/fhirpath/packages/core/src/fhirpath/fallback.js'
const verbose = process.argv[2]
const cases = readSuite()!
console.log(cases.length)
for (const mode of ['own','both','js']) {
  let pass=0, skip=0; const failed: string[] = []
  for (const c of cases) {
    const input: any = readInput(c.input)
    if (!input) { skip++; continue }
    const node = { value: input, type: input.resourceType }
    const env = { resource: node }
    let result: any, error: any
    try { result = (mode==='js'?fallbackExpression(c.expression):compileExpression(c.expression,{fallback:mode==='both'}))(node, env) } catch (e) { error = e }
    let ok: boolean
    if (c.invalid) ok = error !== undefined
    else if (error !== undefined) ok = false
    else if (c.predicate) { ok = (result.length===0? false : result.length===1&&typeof result[0].value==='boolean'?result[0].value:true) === (c.outputs[0]?.text==='true') }
    else { ok = result.length===c.outputs.length && c.outputs.every((o,i)=> o.text===''&&o.type===''||String(result[i].text??result[i].value).replace(/^@T?/,'')===o.text.replace(/^@T?/,'')) }
    if (ok) pass++; else failed.push(`${c.name} :: ${c.expression} => ${error? 'ERR '+String(error.message??error).slice(0,100).replace(/\n/g,' '): JSON.stringify(result).slice(0,140)} expected ${c.invalid?'invalid':JSON.stringify(c.outputs)}`)
  }
  console.log(mode, pass, 'of', cases.length-skip, 'skipped', skip)
  if (verbose===mode) console.log(failed.join('\n'))
}
