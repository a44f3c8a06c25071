import type { Migration } from './migrate.js'

/**
 * Side rows of any number of resources, for whatever writes them. Rows come as one array per column, beside a `..._row`
 * array of positions (from 1) in `p_bucket` and `p_seq`, which name the versions; a position without a bucket is left
 * out. Lists are flat arrays beside their ends, and so without nulls, in which PostgreSQL finds any place at once.
 */
export const sides: Migration = {
  version: 4,
  name: 'sides',
  sql: `
create function add_sides(
  p_sides int, p_bucket int[], p_seq bigint[], p_at timestamptz[],
  p_string_row int[], p_string_param bigint[], p_string_value text[], p_string_exact bigint[],
  p_date_row int[], p_date_param bigint[], p_date_low timestamptz[], p_date_high timestamptz[],
  p_quantity_row int[], p_quantity_param bigint[], p_quantity_low double precision[], p_quantity_high double precision[],
  p_quantity_canonical_low double precision[], p_quantity_canonical_high double precision[],
  p_quantity_unit bigint[], p_quantity_unit_end int[],
  p_code_row int[], p_code_code bigint[], p_code_code_full bigint[], p_code_first boolean[],
  p_composite_row int[], p_composite_param bigint[], p_composite_token bigint[], p_composite_token_end int[],
  p_composite_low double precision[], p_composite_high double precision[],
  p_composite_canonical_low double precision[], p_composite_canonical_high double precision[], p_composite_range_end int[],
  p_composite_text text[], p_composite_text_end int[],
  p_position_row int[], p_position_param bigint[], p_position_latitude double precision[],
  p_position_longitude double precision[]
) returns void
language plpgsql
as $add$
begin
  if p_sides & 1 <> 0 then
    insert into search_string (bucket, n, seq, param, exact, value)
    select p_bucket[s.n], s.i, p_seq[s.n], s.param, s.exact, s.value
    from unnest(p_string_row, p_string_param, p_string_exact, p_string_value) with ordinality s(n, param, exact, value, i)
    where p_bucket[s.n] is not null;
  end if;
  if p_sides & 2 <> 0 then
    insert into search_date (bucket, n, seq, param, low, high)
    select p_bucket[s.n], s.i, p_seq[s.n], s.param, s.low, s.high
    from unnest(p_date_row, p_date_param, p_date_low, p_date_high) with ordinality s(n, param, low, high, i)
    where p_bucket[s.n] is not null;
  end if;
  if p_sides & 4 <> 0 then
    insert into search_quantity (bucket, n, seq, param, low, high, canonical_low, canonical_high, units)
    select p_bucket[s.n], s.i, p_seq[s.n], s.param, s.low, s.high, s.canonical_low, s.canonical_high,
           nullif(p_quantity_unit[coalesce(p_quantity_unit_end[s.i - 1], 0) + 1 : p_quantity_unit_end[s.i]], '{}')
    from unnest(p_quantity_row, p_quantity_param, p_quantity_low, p_quantity_high, p_quantity_canonical_low,
                p_quantity_canonical_high) with ordinality s(n, param, low, high, canonical_low, canonical_high, i)
    where p_bucket[s.n] is not null;
  end if;
  if p_sides & 8 <> 0 then
    insert into search_code (bucket, first, seq, code, code_full, date)
    select p_bucket[s.n], s.first, p_seq[s.n], s.code, s.code_full, p_at[s.n]
    from unnest(p_code_row, p_code_code, p_code_code_full, p_code_first) s(n, code, code_full, first)
    where p_bucket[s.n] is not null;
  end if;
  if p_sides & 32 <> 0 then
    insert into search_composite (bucket, n, seq, param, tokens, low, high, canonical_low, canonical_high, texts)
    select p_bucket[s.n], s.i, p_seq[s.n], s.param,
           p_composite_token[coalesce(p_composite_token_end[s.i - 1], 0) + 1 : p_composite_token_end[s.i]],
           nullif(p_composite_low[coalesce(s.before, 0) + 1 : s.range_end], '{}'),
           nullif(p_composite_high[coalesce(s.before, 0) + 1 : s.range_end], '{}'),
           nullif(p_composite_canonical_low[coalesce(s.before, 0) + 1 : s.range_end], '{}'),
           nullif(p_composite_canonical_high[coalesce(s.before, 0) + 1 : s.range_end], '{}'),
           nullif(p_composite_text[coalesce(p_composite_text_end[s.i - 1], 0) + 1 : p_composite_text_end[s.i]], '{}')
    from (select s.*, p_composite_range_end[s.i - 1] as before
          from unnest(p_composite_row, p_composite_param, p_composite_range_end) with ordinality s(n, param, range_end, i)) s
    where p_bucket[s.n] is not null;
  end if;
  if p_sides & 64 <> 0 then
    insert into search_position (bucket, n, seq, param, latitude, longitude)
    select p_bucket[s.n], s.i, p_seq[s.n], s.param, s.latitude, s.longitude
    from unnest(p_position_row, p_position_param, p_position_latitude, p_position_longitude)
      with ordinality s(n, param, latitude, longitude, i)
    where p_bucket[s.n] is not null;
  end if;
end
$add$;

create function drop_sides(p_all int, p_bucket int[], p_seq bigint[], p_sides smallint[], p_change boolean[]) returns void
language plpgsql
as $drop$
begin
  if p_all & 1 <> 0 then
    delete from search_string s using unnest(p_bucket, p_seq, p_sides, p_change) with ordinality c(bucket, seq, sides, change, n)
    where c.change and c.sides & 1 <> 0 and c.n + 0 = c.n and s.bucket = c.bucket and s.seq = c.seq;
  end if;
  if p_all & 2 <> 0 then
    delete from search_date s using unnest(p_bucket, p_seq, p_sides, p_change) with ordinality c(bucket, seq, sides, change, n)
    where c.change and c.sides & 2 <> 0 and c.n + 0 = c.n and s.bucket = c.bucket and s.seq = c.seq;
  end if;
  if p_all & 4 <> 0 then
    delete from search_quantity s using unnest(p_bucket, p_seq, p_sides, p_change) with ordinality c(bucket, seq, sides, change, n)
    where c.change and c.sides & 4 <> 0 and c.n + 0 = c.n and s.bucket = c.bucket and s.seq = c.seq;
  end if;
  if p_all & 8 <> 0 then
    delete from search_code s using unnest(p_bucket, p_seq, p_sides, p_change) with ordinality c(bucket, seq, sides, change, n)
    where c.change and c.sides & 8 <> 0 and c.n + 0 = c.n and s.bucket = c.bucket and s.seq = c.seq;
  end if;
  if p_all & 32 <> 0 then
    delete from search_composite s using unnest(p_bucket, p_seq, p_sides, p_change) with ordinality c(bucket, seq, sides, change, n)
    where c.change and c.sides & 32 <> 0 and c.n + 0 = c.n and s.bucket = c.bucket and s.seq = c.seq;
  end if;
  if p_all & 64 <> 0 then
    delete from search_position s using unnest(p_bucket, p_seq, p_sides, p_change) with ordinality c(bucket, seq, sides, change, n)
    where c.change and c.sides & 64 <> 0 and c.n + 0 = c.n and s.bucket = c.bucket and s.seq = c.seq;
  end if;
end
$drop$;
`,
}
