import type { Migration } from './migrate.js'

/**
 * `index_resources`: replaces what is indexed of current versions, for reindexing. A version stays what it is: its seq,
 * content, method and patients. Locks in the order of `put_resources`. Returns how many were current.
 */
export const indexResources: Migration = {
  version: 6,
  name: 'index-resources',
  sql: `
create function index_resources(
  p_type smallint[], p_id text[], p_home int[], p_version int[], p_generation bigint[],
  p_date timestamptz[], p_date_end timestamptz[], p_code bigint[], p_code_full bigint[], p_quantity double precision[],
  p_canonical double precision[], p_sides smallint[], p_token bigint[], p_token_end int[], p_unit bigint[],
  p_unit_end int[], p_word bigint[], p_word_end int[],
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
) returns int
language plpgsql
as $index$
#variable_conflict use_column
declare
  total     constant int := cardinality(p_id);
  at_bucket int[] := p_home;
  o_bucket  int[] := array_fill(null::int, array[total]);
  o_seq     bigint[] := array_fill(null::bigint, array[total]);
  o_sides   smallint[] := array_fill(null::smallint, array[total]);
  n_change  boolean[] := array_fill(false, array[total]);
  old_sides int := 0;
  all_sides int;
  matched   int := 0;
  r         record;
begin
  for r in
    select c.n, l.bucket
    from unnest(p_type, p_id) with ordinality c(type, id, n)
    join resource_location l on l.id = c.id and l.type = c.type
    where c.n + 0 = c.n
    order by l.type, l.id
    for share of l
  loop
    at_bucket[r.n] := r.bucket;
  end loop;

  for r in
    select c.n, r.bucket, r.seq, r.sides
    from unnest(p_type, p_id, at_bucket, p_version) with ordinality c(type, id, bucket, version, n)
    join resource r on r.bucket = c.bucket and r.type = c.type and r.id = c.id
    where c.n + 0 = c.n and r.version = c.version and not r.deleted and r.moved_to is null
    order by r.type, r.id
    for update of r
  loop
    o_bucket[r.n] := r.bucket;
    o_seq[r.n] := r.seq;
    o_sides[r.n] := r.sides;
    n_change[r.n] := true;
    old_sides := old_sides | r.sides;
    matched := matched + 1;
  end loop;
  if matched = 0 then
    return 0;
  end if;

  if old_sides & 111 <> 0 then
    perform drop_sides(old_sides, o_bucket, o_seq, o_sides, n_change);
  end if;
  if old_sides & 16 <> 0 then
    update resource_compartment s set date = c.date
    from unnest(o_bucket, o_seq, o_sides, p_date) with ordinality c(bucket, seq, sides, date, n)
    where c.sides & 16 <> 0 and c.n + 0 = c.n and s.home_bucket = c.bucket and s.seq = c.seq
      and s.date is distinct from c.date;
  end if;

  update resource r
  set sides = (r.sides & 16) | c.sides, generation = c.generation, date = c.date, date_end = c.date_end, code = c.code,
      code_full = c.code_full, quantity = c.quantity, canonical = c.canonical,
      units = nullif(p_unit[coalesce(p_unit_end[c.n - 1], 0) + 1 : p_unit_end[c.n]], '{}'),
      tokens = nullif(p_token[coalesce(p_token_end[c.n - 1], 0) + 1 : p_token_end[c.n]], '{}'),
      words = nullif(p_word[coalesce(p_word_end[c.n - 1], 0) + 1 : p_word_end[c.n]], '{}')
  from unnest(p_type, p_id, o_bucket, p_generation, p_date, p_date_end, p_code, p_code_full, p_quantity, p_canonical,
              p_sides)
    with ordinality c(type, id, bucket, generation, date, date_end, code, code_full, quantity, canonical, sides, n)
  where c.bucket is not null and c.n + 0 = c.n and r.bucket = c.bucket and r.type = c.type and r.id = c.id;

  select bit_or(sides) into all_sides from unnest(p_sides) sides;
  if all_sides & 111 <> 0 then
    perform add_sides(
      all_sides, o_bucket, o_seq, p_date,
      p_string_row, p_string_param, p_string_value, p_string_exact, p_date_row, p_date_param, p_date_low,
      p_date_high, p_quantity_row, p_quantity_param, p_quantity_low, p_quantity_high, p_quantity_canonical_low,
      p_quantity_canonical_high, p_quantity_unit, p_quantity_unit_end, p_code_row, p_code_code,
      p_code_code_full, p_code_first, p_composite_row, p_composite_param, p_composite_token,
      p_composite_token_end, p_composite_low, p_composite_high, p_composite_canonical_low,
      p_composite_canonical_high, p_composite_range_end, p_composite_text, p_composite_text_end, p_position_row,
      p_position_param, p_position_latitude, p_position_longitude);
  end if;
  return matched;
end
$index$;
`,
}
