import type { Migration } from './migrate.js'

/**
 * What following references from row to row takes. The tokens of a row are hashes, so the ids that it refers to are
 * taken from its text and then proved by their hashes: what looks like a reference but is none of the parameter's is
 * no danger.
 */
export const hops: Migration = {
  version: 10,
  name: 'hops',
  sql: `
create function hash64(text) returns bigint
  language sql immutable strict parallel safe
  return ('x' || encode(substr(sha256(convert_to($1, 'UTF8')), 1, 8), 'hex'))::bit(64)::bigint;
comment on function hash64 is 'As hash64.ts: stored rows depend on it';

create function bucket_of(id text) returns int
  language sql immutable strict parallel safe
  return case when id ~ '^[0-9a-f]{20}$' then ('x' || left(id, 4))::bit(16)::int else (hash64(id) & 65535)::int end;
comment on function bucket_of is 'As bucketOf in ids.ts: the bucket that an id names or hashes to';

create function reference_ids(content text, target text) returns setof text
  language sql immutable strict parallel safe rows 4
  as $$
    select distinct substring(part from '^[A-Za-z0-9.-]{1,64}')
    from unnest((string_to_array(content, target || '/'))[2:]) part
  $$;
comment on function reference_ids is 'Every id that the JSON text of a resource may refer to as target/id';

create function member_ids(content text) returns setof text
  language sql immutable strict parallel safe rows 16
  as $$
    select distinct substring(part from '^[A-Za-z0-9.-]{1,64}')
    from unnest((string_to_array(content, '"id":"'))[2:]) part
  $$;
comment on function member_ids is 'Every id in the JSON text of a Bundle, whose parameters name resources in it';
`,
}
