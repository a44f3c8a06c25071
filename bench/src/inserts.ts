import pg from 'pg'

/**
 * Sends the INSERTs that creates made, bare: the rows that the server wrote, read back, go into a table of the same shape
 * and indexes, one statement each, over as many connections as the server uses.
 *
 * @returns inserts per second
 */
export async function bareInserts(
  url: string,
  rows: number,
  connections: number,
  seconds: number,
): Promise<number> {
  const pool = new pg.Pool({ connectionString: url, max: connections })
  try {
    await pool.query('drop table if exists bench_resource')
    await pool.query('create table bench_resource (like resource including all)')
    const { rows: found, fields } = await pool.query({
      text: "select * from resource where id like '____________________' and not deleted order by seq desc limit $1",
      values: [rows],
      rowMode: 'array',
    })
    const columns = fields.map(({ name }) => name)
    const id = columns.indexOf('id')
    const marks = columns.map((_, index) => `$${index + 1}`).join(', ')
    const text = `insert into bench_resource (${columns.join(', ')}) values (${marks})`
    let done = 0
    const until = performance.now() + seconds * 1000
    const began = performance.now()
    await Promise.all(
      Array.from({ length: connections }, async (_, worker) => {
        for (let round = 0; performance.now() < until; round += 1) {
          const values = [...(found[(round * connections + worker) % found.length] as unknown[])]
          values[id] = `${worker.toString(16).padStart(2, '0')}${round.toString(16).padStart(18, '0')}`
          await pool.query({ name: 'insert', text, values })
          done += 1
        }
      }),
    )
    return done / ((performance.now() - began) / 1000)
  } finally {
    await pool.end()
  }
}
