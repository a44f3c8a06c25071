import type { Migration } from './migrate.js'

/**
 * `put_resources` of `0002-put.ts` with more to write: generation, canonical quantities, words, and the side rows of
 * `0004-sides.ts`. What is said there holds here.
 */
export const putIndexed: Migration = {
  version: 5,
  name: 'put-indexed',
  sql: `
drop function put_resources;

create function put_resources(
  p_type smallint[], p_id text[], p_home int[], p_bucket int[], p_method "char"[], p_claim boolean[], p_fresh boolean[],
  p_expect int[], p_seq bigint[], p_patient text[], p_generation bigint[],
  p_date timestamptz[], p_date_end timestamptz[], p_code bigint[], p_code_full bigint[], p_quantity double precision[],
  p_canonical double precision[], p_sides smallint[], p_token bigint[], p_token_end int[], p_unit bigint[],
  p_unit_end int[], p_word bigint[], p_word_end int[],
  p_head text[], p_tail text[],
  p_compartment_row int[], p_compartment_bucket int[], p_compartment_patient text[],
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
) returns table (version int, seq bigint, created boolean, changed boolean)
language plpgsql
as $put$
#variable_conflict use_column
declare
  total       constant int := cardinality(p_id);
  at_bucket   int[] := p_home;
  o_bucket    int[] := array_fill(null::int, array[total]);
  o_version   int[] := o_bucket;
  o_seq       bigint[] := array_fill(null::bigint, array[total]);
  o_live      boolean[] := array_fill(false, array[total]);
  o_sides     smallint[] := array_fill(null::smallint, array[total]);
  n_bucket    int[];
  n_version   int[];
  n_seq       bigint[];
  n_change    boolean[];
  has_old     boolean := false;
  has_moved   boolean := false;
  all_sides   int := 0;
  old_sides   int := 0;
  written     int;
  wanted      int;
  failed      record;
  r           record;
begin
  if not (true = all (p_fresh)) then
    if true = any (p_claim) then
      insert into resource_location (bucket, type, id)
      select c.bucket, c.type, c.id
      from unnest(p_bucket, p_type, p_id, p_home, p_claim) with ordinality c(bucket, type, id, home, claim, n)
      where c.claim and c.n + 0 = c.n
        and not exists (select from resource r where r.bucket = c.home and r.type = c.type and r.id = c.id)
      order by c.type, c.id
      on conflict do nothing;
    end if;

    -- Who holds the location keeps the resource from moving, so its row is looked for behind that.
    for r in
      select c.n, l.bucket
      from unnest(p_type, p_id, p_fresh) with ordinality c(type, id, fresh, n)
      join resource_location l on l.id = c.id and l.type = c.type
      where not c.fresh and c.n + 0 = c.n
      order by l.type, l.id
      for update of l
    loop
      at_bucket[r.n] := r.bucket;
    end loop;

    for r in
      select c.n, r.bucket, r.version, r.seq, r.deleted, r.sides, r.moved_to
      from unnest(p_type, p_id, at_bucket, p_fresh) with ordinality c(type, id, bucket, fresh, n)
      join resource r on r.bucket = c.bucket and r.type = c.type and r.id = c.id
      where not c.fresh and c.n + 0 = c.n
      order by r.type, r.id
      for update of r
    loop
      if r.moved_to is not null then
        raise exception 'a resource was moved meanwhile' using errcode = '40001';
      end if;
      o_bucket[r.n] := r.bucket;
      o_version[r.n] := r.version;
      o_seq[r.n] := r.seq;
      o_live[r.n] := not r.deleted;
      o_sides[r.n] := r.sides;
      old_sides := old_sides | r.sides;
      has_old := true;
    end loop;

    select c.n, coalesce(c.version, 0) as version,
           case when c.expect <> case when c.live then c.version when c.expect = 0 then 0 else coalesce(c.version, 0) end
             then 'FH001' else 'FH002' end as code
    into failed
    from unnest(p_expect, p_method, o_version, o_live) with ordinality c(expect, method, version, live, n)
    where c.expect <> case when c.live then c.version when c.expect = 0 then 0 else coalesce(c.version, 0) end
       or (c.method = 'P' and c.live)
    order by c.n limit 1;
    if found then
      raise exception 'expectation failed' using errcode = failed.code, detail = failed.n || ',' || failed.version;
    end if;
  end if;

  select array_agg(case when c.method = 'D' then c.old_bucket else c.bucket end order by c.n),
         array_agg(case when c.method = 'D' and not c.live then coalesce(c.version, 0) else coalesce(c.version, 0) + 1 end order by c.n),
         array_agg(case when c.method = 'D' and not c.live then coalesce(c.old_seq, 0)
                        when c.old_seq is null then c.seq
                        else greatest(c.seq, (((c.old_seq >> 20) + 1) << 20) | (c.seq & 1048575)) end order by c.n),
         array_agg(c.method <> 'D' or c.live order by c.n),
         bool_or(c.old_bucket <> c.bucket and c.method <> 'D'),
         count(*) filter (where c.method <> 'D' and (c.old_bucket is null or c.old_bucket <> c.bucket)),
         bit_or(c.sides)
  into n_bucket, n_version, n_seq, n_change, has_moved, wanted, all_sides
  from unnest(p_method, p_bucket, p_seq, p_sides, o_bucket, o_version, o_seq, o_live)
    with ordinality c(method, bucket, seq, sides, old_bucket, version, old_seq, live, n);
  has_moved := coalesce(has_moved, false);

  if has_old then
    if has_moved then
      with gone as (
        delete from resource_history h
        using unnest(p_type, p_id, o_bucket, n_bucket) with ordinality c(type, id, old_bucket, bucket, n)
        where c.old_bucket <> c.bucket and c.n + 0 = c.n and h.bucket = c.old_bucket and h.type = c.type and h.id = c.id
        returning c.bucket as new_bucket, h.*
      )
      insert into resource_history (bucket, type, method, deleted, version, seq, id, patient, patients, content)
      select new_bucket, type, method, deleted, version, seq, id, patient, patients, content from gone;
    end if;

    insert into resource_history (bucket, type, method, deleted, version, seq, id, patient, patients, content)
    select c.bucket, r.type, r.method, r.deleted, r.version, r.seq, r.id, r.patient, r.patients, r.content
    from unnest(p_type, p_id, o_bucket, n_bucket, n_change) with ordinality c(type, id, old_bucket, bucket, change, n)
    join resource r on r.bucket = c.old_bucket and r.type = c.type and r.id = c.id
    where c.change and c.n + 0 = c.n;

    if old_sides & 111 <> 0 then
      perform drop_sides(old_sides, o_bucket, o_seq, o_sides, n_change);
    end if;
    if old_sides & 16 <> 0 then
      delete from resource_compartment s using unnest(o_bucket, o_seq, o_sides, n_change) with ordinality c(bucket, seq, sides, change, n)
      where c.change and c.sides & 16 <> 0 and c.n + 0 = c.n and s.home_bucket = c.bucket and s.seq = c.seq;
    end if;

    -- Deleted rows keep their patients: whoever could see the resource may learn that it is gone.
    update resource r
    set method = c.method, deleted = c.method = 'D', version = c.version, seq = c.seq, sides = c.sides,
        date = c.date, date_end = c.date_end, code = c.code, code_full = c.code_full, quantity = c.quantity,
        canonical = c.canonical, generation = c.generation,
        patient = case when c.method = 'D' then r.patient else c.patient end,
        patients = case when c.method = 'D' then r.patients
                        when c.sides & 16 = 0 then null
                        else (select array_agg(p.patient) from unnest(p_compartment_row, p_compartment_patient) p(n, patient)
                              where p.n = c.n) end,
        units = nullif(p_unit[coalesce(p_unit_end[c.n - 1], 0) + 1 : p_unit_end[c.n]], '{}'),
        tokens = nullif(p_token[coalesce(p_token_end[c.n - 1], 0) + 1 : p_token_end[c.n]], '{}'),
        words = nullif(p_word[coalesce(p_word_end[c.n - 1], 0) + 1 : p_word_end[c.n]], '{}'),
        content = case when c.method = 'D' then null else c.head || c.version || '","lastUpdated":"' ||
          to_char('1970-01-01'::timestamp + (c.seq >> 20) * '1 millisecond'::interval, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '"' || c.tail end
    from unnest(p_type, p_id, p_method, p_patient, p_date, p_date_end, p_code, p_code_full, p_quantity, p_canonical,
                p_generation, p_sides, p_head, p_tail, o_bucket, n_bucket, n_version, n_seq, n_change)
      with ordinality c(type, id, method, patient, date, date_end, code, code_full, quantity, canonical, generation, sides,
                        head, tail, old_bucket, bucket, version, seq, change, n)
    where c.change and c.old_bucket = c.bucket and c.n + 0 = c.n and r.bucket = c.bucket and r.type = c.type and r.id = c.id;

    if has_moved then
      update resource r
      set moved_to = c.bucket, deleted = true, sides = 0, date = null, date_end = null, code = null, code_full = null,
          quantity = null, canonical = null, patient = null, patients = null, units = null, tokens = null, words = null,
          content = null
      from unnest(p_type, p_id, o_bucket, n_bucket) with ordinality c(type, id, old_bucket, bucket, n)
      where c.old_bucket <> c.bucket and c.n + 0 = c.n and r.bucket = c.old_bucket and r.type = c.type and r.id = c.id;
    end if;
  end if;

  if wanted > 0 then
    insert into resource as r (bucket, type, method, version, sides, seq, date, date_end, code, code_full, quantity,
                               canonical, generation, id, patient, patients, units, tokens, words, content)
    select c.bucket, c.type, c.method, c.version, c.sides, c.seq, c.date, c.date_end, c.code, c.code_full, c.quantity,
           c.canonical, c.generation, c.id, c.patient,
           case when c.sides & 16 <> 0 then
             (select array_agg(p.patient) from unnest(p_compartment_row, p_compartment_patient) p(n, patient) where p.n = c.n) end,
           nullif(p_unit[coalesce(p_unit_end[c.n - 1], 0) + 1 : p_unit_end[c.n]], '{}'),
           nullif(p_token[coalesce(p_token_end[c.n - 1], 0) + 1 : p_token_end[c.n]], '{}'),
           nullif(p_word[coalesce(p_word_end[c.n - 1], 0) + 1 : p_word_end[c.n]], '{}'),
           c.head || c.version || '","lastUpdated":"' ||
             to_char('1970-01-01'::timestamp + (c.seq >> 20) * '1 millisecond'::interval, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '"' || c.tail
    from unnest(p_type, p_id, p_method, p_patient, p_date, p_date_end, p_code, p_code_full, p_quantity, p_canonical,
                p_generation, p_sides, p_head, p_tail, o_bucket, n_bucket, n_version, n_seq)
      with ordinality c(type, id, method, patient, date, date_end, code, code_full, quantity, canonical, generation, sides,
                        head, tail, old_bucket, bucket, version, seq, n)
    where c.method <> 'D' and (c.old_bucket is null or c.old_bucket <> c.bucket)
    order by c.type, c.id
    -- A resource that comes back takes the place of its forwarding row.
    on conflict (bucket, type, id) do update
    set method = excluded.method, deleted = false, version = excluded.version, sides = excluded.sides, seq = excluded.seq,
        moved_to = null, date = excluded.date, date_end = excluded.date_end, code = excluded.code,
        code_full = excluded.code_full, quantity = excluded.quantity, canonical = excluded.canonical,
        generation = excluded.generation, patient = excluded.patient,
        patients = excluded.patients, units = excluded.units, tokens = excluded.tokens, words = excluded.words,
        content = excluded.content
    where r.moved_to is not null;
    get diagnostics written = row_count;
    if written <> wanted then
      raise exception 'a resource was created meanwhile' using errcode = '40001';
    end if;

    insert into resource_location as l (bucket, type, id)
    select c.bucket, c.type, c.id
    from unnest(n_bucket, p_type, p_id, p_home, o_bucket, p_method) c(bucket, type, id, home, old_bucket, method)
    where c.method <> 'D' and (c.old_bucket <> c.bucket or c.old_bucket is null and c.bucket <> c.home)
    order by c.type, c.id
    on conflict (id, type) do update set bucket = excluded.bucket where l.bucket <> excluded.bucket;
  end if;

  if all_sides & 111 <> 0 then
    perform add_sides(
      all_sides, n_bucket, n_seq, p_date,
      p_string_row, p_string_param, p_string_value, p_string_exact, p_date_row, p_date_param, p_date_low,
      p_date_high, p_quantity_row, p_quantity_param, p_quantity_low, p_quantity_high, p_quantity_canonical_low,
      p_quantity_canonical_high, p_quantity_unit, p_quantity_unit_end, p_code_row, p_code_code,
      p_code_code_full, p_code_first, p_composite_row, p_composite_param, p_composite_token,
      p_composite_token_end, p_composite_low, p_composite_high, p_composite_canonical_low,
      p_composite_canonical_high, p_composite_range_end, p_composite_text, p_composite_text_end, p_position_row,
      p_position_param, p_position_latitude, p_position_longitude);
  end if;
  if all_sides & 16 <> 0 then
    insert into resource_compartment (bucket, home_bucket, seq, date, type, patient)
    select s.bucket, n_bucket[s.n], n_seq[s.n], p_date[s.n], p_type[s.n], s.patient
    from unnest(p_compartment_row, p_compartment_bucket, p_compartment_patient) s(n, bucket, patient);
  end if;

  return query
  select c.version, c.seq, c.change and c.method <> 'D' and not c.live, c.change
  from unnest(n_version, n_seq, n_change, p_method, o_live) with ordinality c(version, seq, change, method, live, n)
  order by c.n;
end
$put$;
`,
}
