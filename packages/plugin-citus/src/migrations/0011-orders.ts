import type { Migration } from './migrate.js'

/** Indexes for searches by the end of a date, and by `_id`. */
export const orders: Migration = {
  version: 11,
  name: 'orders',
  sql: `
-- Few dates are longer than 32 days; all others end soon after they start, so the index on starts finds them. An index
-- of all rows, not of the long ones alone: only of such an index the planner uses the statistics, which tell how few
-- these are.
create index resource_long on resource (type, (
  case when date = '-infinity' or date_end = 'infinity' then date_end
  when date_end - date > interval '768 hours' then date_end end));
create index resource_id on resource (type, id) where not deleted;
-- Without statistics of the expression the planner would take many dates for long ones.
analyze resource;
`,
}
