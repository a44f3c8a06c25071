import type { Migration } from './migrate.js'

/** Indexes for searches by the end of a date, and by `_id`. */
export const orders: Migration = {
  version: 11,
  name: 'orders',
  sql: `
-- Few dates are longer than 32 days; all others end soon after they start, so the index on starts finds them.
create index resource_long on resource (type, date_end)
  where not deleted and
    case when date = '-infinity' or date_end = 'infinity' then true else date_end - date > interval '768 hours' end;
`,
}
