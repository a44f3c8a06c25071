import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { readSettings } from '../src/settings.js'

const test = suite('settings')

function refusal(env: Record<string, string>): string {
  try {
    readSettings(env)
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('the settings were accepted')
}

test('an empty environment gives the documented defaults', () => {
  const settings = readSettings({ PORT: '', DATA_DIR: ' ' })
  assert.is(settings.port, 8000)
  assert.is(settings.uiPort, 3000)
  assert.is(settings.host, '127.0.0.1')
  assert.ok(settings.dataDir.endsWith('.data'))
  assert.is(settings.dataDirChosen, false)
  assert.is(settings.databaseUrl, undefined)
  assert.is(settings.demoData, true)
  assert.is(settings.explain, false)
  assert.is(settings.validation, 'full')
  assert.equal(settings.packages, [])
  assert.is(settings.terminologyDir, undefined)
})

test('the environment overrides every default', () => {
  const env = {
    PORT: '81',
    UI_PORT: '65535',
    HOST: '::1',
    DATA_DIR: '/d',
    DATABASE_URL: 'postgres://h/x',
    DEMO_DATA: 'no',
    EXPLAIN: 'yes',
    VALIDATION: 'structure',
    PACKAGES: '/p/a.tgz, /p/b',
    TERMINOLOGY_DIR: '/t',
  }
  assert.equal(readSettings(env), {
    port: 81,
    uiPort: 65_535,
    host: '::1',
    dataDir: '/d',
    dataDirChosen: true,
    databaseUrl: 'postgres://h/x',
    demoData: false,
    explain: true,
    validation: 'structure',
    packages: ['/p/a.tgz', '/p/b'],
    terminologyDir: '/t',
  })
})

test('all wrong settings are reported together, each with its value', () => {
  const message = refusal({
    PORT: '0',
    UI_PORT: '8e3',
    HOST: 'http://x',
    DATABASE_URL: 'mysql://h/x',
    DEMO_DATA: 'maybe',
    VALIDATION: 'strict',
  })
  for (const part of [
    'PORT=0',
    'UI_PORT=8e3',
    'HOST=http://x',
    'DATABASE_URL=mysql://h/x',
    'DEMO_DATA=maybe',
    'VALIDATION=strict',
  ]) {
    assert.ok(message.includes(part), `${part} is missing in: ${message}`)
  }
})

test('two servers on one port are refused', () => {
  assert.match(refusal({ PORT: '3000' }), /UI_PORT=3000: expected a port other than PORT=3000/)
})

test('no part of a password appears in a message', () => {
  for (const url of ['mysql://ana:s3cret@h/x', 'ana:s3c/r@et@h', 'https://ana:s3:cret@h:1/x']) {
    const message = refusal({ DATABASE_URL: url })
    assert.not.match(message, /s3|cret|et@/)
    assert.match(message, /ana:\*\*\*@h/)
  }
})

test.run()
