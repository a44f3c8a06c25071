import type { Migration } from './migrate.js'

/**
 * The tables, in the form in which Citus distributes them later: the distribution column is in every primary key.
 * Columns are ordered by width, so that no row has padding. `method` is P(OST), U (PUT) or D(ELETE).
 */
export const schema: Migration = {
  version: 1,
  name: 'schema',
  sql: `
create table resource (
  bucket    int      not null,
  type      smallint not null,
  method    "char"   not null,
  deleted   boolean  not null default false,
  version   int      not null,
  sides     smallint not null default 0,
  seq       bigint   not null,
  moved_to  int,
  date      timestamptz,
  date_end  timestamptz,
  code      bigint,
  code_full bigint,
  quantity  double precision,
  id        text collate "C" not null,
  patient   text collate "C",
  patients  text[] collate "C",
  units     bigint[],
  tokens    bigint[],
  content   text,
  primary key (bucket, type, id)
);
comment on table resource is 'Current version of each resource, deleted ones included';
comment on column resource.seq is 'lastUpdated in milliseconds << 20 | node << 10 | counter';
comment on column resource.patient is 'Id of the patient beside whom the resource is stored';
comment on column resource.patients is 'Ids of its further patients';
comment on column resource.moved_to is 'Bucket of the resource, where this row only forwards';
comment on column resource.sides is 'Side tables with rows of this version: 1 string, 2 date, 4 quantity, 8 code, 16 compartment';
alter table resource alter column tokens set statistics 400;
create index resource_type_seq on resource (type, seq);
create index resource_seq on resource (seq);
create index resource_date on resource (type, date desc nulls last, seq) where not deleted;
create index resource_patient on resource (bucket, patient, type, date desc nulls last, seq)
  where patient is not null and not deleted;
create index resource_code on resource (code, date desc nulls last, seq) include (code_full) where code is not null;
create index resource_quantity on resource (type, quantity) where quantity is not null;
create index resource_tokens on resource using gin (tokens) with (fastupdate = off);

create table resource_history (
  bucket    int      not null,
  type      smallint not null,
  method    "char"   not null,
  deleted   boolean  not null default false,
  version   int      not null,
  seq       bigint   not null,
  id        text collate "C" not null,
  patient   text collate "C",
  patients  text[] collate "C",
  content   text,
  primary key (bucket, type, id, version)
);
comment on table resource_history is 'Superseded versions';
create index resource_history_type_seq on resource_history (type, seq);
create index resource_history_seq on resource_history (seq);

create table resource_location (
  bucket int      not null,
  type   smallint not null,
  id     text collate "C" not null,
  primary key (id, type)
);
comment on table resource_location is 'Buckets of resources that are not where their id says';

create table resource_compartment (
  bucket      int      not null,
  home_bucket int      not null,
  seq         bigint   not null,
  date        timestamptz,
  type        smallint not null,
  patient     text collate "C" not null,
  primary key (bucket, patient, type, seq)
);
comment on table resource_compartment is 'Further patients of resources, in the bucket of each of these patients';
create index resource_compartment_home on resource_compartment (home_bucket, seq);
create index resource_compartment_date on resource_compartment (bucket, patient, type, date desc nulls last, seq);

-- Side rows belong to a version by its seq, which is unique; param is hash64 of 'Type.param'.
create table search_string (
  bucket int      not null,
  n      int      not null,
  seq    bigint   not null,
  param  bigint   not null,
  exact  bigint   not null,
  value  text collate "C" not null,
  primary key (bucket, seq, param, n)
);
create index search_string_value on search_string (param, value, seq);

create table search_date (
  bucket int      not null,
  n      int      not null,
  seq    bigint   not null,
  param  bigint   not null,
  low    timestamptz not null,
  high   timestamptz not null,
  primary key (bucket, seq, param, n)
);
create index search_date_low on search_date (param, low, seq);

create table search_quantity (
  bucket int      not null,
  n      int      not null,
  seq    bigint   not null,
  param  bigint   not null,
  low    double precision not null,
  high   double precision not null,
  units  bigint[],
  primary key (bucket, seq, param, n)
);
comment on table search_quantity is 'Quantities that are not promoted, and numbers';
create index search_quantity_low on search_quantity (param, low, seq);

create table search_code (
  bucket    int      not null,
  first     boolean  not null,
  seq       bigint   not null,
  code      bigint   not null,
  code_full bigint   not null,
  date      timestamptz,
  primary key (bucket, seq, code_full)
);
comment on table search_code is 'Codings of the promoted code parameter beside the one in resource.code';
create index search_code_date on search_code (code, date desc nulls last, seq) include (code_full);

create table claim (
  bucket     int    not null,
  key        bigint not null,
  claimed_at timestamptz not null default now(),
  primary key (bucket, key)
);
comment on table claim is 'Criteria of conditional interactions under way; rows live as long as their transaction';

create sequence node;
`,
}
