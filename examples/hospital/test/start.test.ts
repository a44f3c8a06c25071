import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { freePort, json, startHospital, withDataDir } from './support/hospital.js'

const test = suite('npm start')

const total = async (url: string) => (await json(url)).total

test('a first start loads the demo hospital, a second is fast and keeps the data, Ctrl-C stops cleanly', async () => {
  await withDataDir(async (dataDir) => {
    const port = await freePort()
    const first = await startHospital({ dataDir, port, demoData: true })
    assert.match(first.output(), 'Demo hospital loaded')
    assert.match(first.output(), `http://127.0.0.1:${port}/fhir`)
    assert.is(await total(`${first.url}/Patient?_count=0`), 50)
    const created = fetch(`${first.url}/Basic`, {
      method: 'POST',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify({ resourceType: 'Basic', code: { text: 'kept' } }),
    })
    const { id } = await json(created)
    const page = await json(`${first.url}/Patient?_count=10`)
    assert.is(await first.kill('SIGINT'), 0, first.output())

    const began = performance.now()
    const second = await startHospital({ dataDir, port, demoData: true })
    const seconds = (performance.now() - began) / 1000
    assert.not.match(second.output(), 'Demo hospital loaded')
    assert.ok(seconds < 10, `the second start took ${seconds} s`)
    assert.is((await fetch(`${second.url}/Basic/${id}`)).status, 200)
    const next = page.link.find(({ relation }: { relation: string }) => relation === 'next').url
    assert.is((await fetch(next)).status, 200, 'page links stay valid over a restart')
    assert.is(await second.kill('SIGTERM'), 0, second.output())
  })
})

test('wrong settings stop the start with setting, value and remedy', async () => {
  await withDataDir(async (dataDir) => {
    try {
      await startHospital({ dataDir, port: 99_999 })
      assert.unreachable()
    } catch (error) {
      assert.match((error as Error).message, 'PORT=99999')
    }
  })
})

test('a port that is in use is named', async () => {
  await withDataDir(async (dataDir) => {
    const port = await freePort()
    const first = await startHospital({ dataDir, port })
    try {
      await withDataDir(async (other) => {
        const second = await startHospital({ dataDir: other, port }).catch((error: Error) => error)
        // Whoever polls the port meets the first server; the second has to have ended on its own.
        if (second instanceof Error) assert.match(second.message, `Port ${port}`)
        else {
          const named = () => second.output().includes(`Port ${port}`)
          for (let tries = 0; tries < 300 && !named(); tries += 1)
            await new Promise((resolve) => setTimeout(resolve, 100))
          assert.match(second.output(), `Port ${port}`)
          await second.kill('SIGKILL')
        }
      })
    } finally {
      await first.kill('SIGINT')
    }
  })
})

test.run()
