import type { Migration } from './migrate.js'

/**
 * What further kinds of searches need: composites of sub-elements, quantities in base units, texts of tokens, words and
 * positions; the generation of search parameters that a row was indexed by; and jobs.
 */
export const index: Migration = {
  version: 3,
  name: 'index',
  sql: `
alter table resource
  add column generation bigint not null default 0,
  add column canonical double precision,
  add column words bigint[];
comment on column resource.generation is 'The set of search parameters that the row was indexed by';
comment on column resource.canonical is 'quantity in UCUM base units';
comment on column resource.sides is 'Side tables with rows of this version: 1 string, 2 date, 4 quantity, 8 code, 16 compartment, 32 composite, 64 position';
create index resource_canonical on resource (type, canonical) where canonical is not null;
create index resource_words on resource using gin (words) with (fastupdate = off) where words is not null;

alter table search_quantity
  add column canonical_low double precision,
  add column canonical_high double precision;

create table search_composite (
  bucket         int      not null,
  n              int      not null,
  seq            bigint   not null,
  param          bigint   not null,
  tokens         bigint[] not null,
  low            double precision[],
  high           double precision[],
  canonical_low  double precision[],
  canonical_high double precision[],
  texts          text[] collate "C",
  primary key (bucket, seq, param, n)
);
comment on table search_composite is
  'Composites of elements inside the resource, one row per combination of ranges and strings; arrays are by component';

create table search_position (
  bucket    int      not null,
  n         int      not null,
  seq       bigint   not null,
  param     bigint   not null,
  latitude  double precision not null,
  longitude double precision not null,
  primary key (bucket, seq, param, n)
);
create index search_position_latitude on search_position (param, latitude, seq);

create table search_text (
  bucket int    not null,
  param  bigint not null,
  hash   bigint not null,
  value  text collate "C" not null,
  primary key (bucket, hash)
);
comment on table search_text is 'Every text that a token of a parameter has ever had; hash is its form in resource.tokens';
create index search_text_value on search_text (param, value);

create table job (
  n            bigint generated always as identity,
  created_at   bigint not null,
  updated_at   bigint not null,
  leased_until bigint not null default 0,
  id           uuid   primary key,
  kind         text   not null,
  state        text   not null default 'waiting'
    check (state in ('waiting', 'running', 'done', 'failed', 'cancelled')),
  owner        text,
  error        text,
  input        json   not null,
  progress     json   not null default 'null'
);
comment on table job is 'Long-running work; times are milliseconds since the epoch by the clock of the servers';
create index job_open on job (n) where state in ('waiting', 'running');
`,
}
