// The bare Koa route that reads are measured against: one row by key, its text as the answer.
import Koa from 'koa'
import pg from 'pg'

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 })
const app = new Koa()

app.use(async (ctx) => {
  const [, , type, id = ''] = ctx.path.split('/')
  const { rows } = await pool.query({
    name: 'read',
    text: 'select content from resource where bucket = $1 and type = $2 and id = $3',
    values: [Number.parseInt(id.slice(0, 4), 16) || 0, Number(type), id],
  })
  ctx.type = 'application/fhir+json'
  ctx.body = rows[0]?.content ?? ''
})

app.listen(Number(process.env.PORT), '127.0.0.1')
