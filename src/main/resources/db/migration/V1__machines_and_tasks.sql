-- One dialect for both databases: what H2 understands in its PostgreSQL mode and PostgreSQL itself.

-- One row from the moment that the first machines are registered: the data directory that this is the database of.
create table installation (
  data_id    varchar(80) not null
);

-- The first number of each series that was never reserved.
create table number_series (
  name       varchar(80) not null primary key,
  unreserved bigint      not null
);

-- The folders for machines that were added to the default inventory.
create table vm_folder (
  id         varchar(80)  not null primary key,
  number     bigint generated always as identity,
  parent_id  varchar(80)  not null,
  name       varchar(400) not null
);

-- The machines that belong to the inventory: what no file of a machine's folder says.
create table machine (
  id          varchar(80)   not null primary key,
  number      bigint generated always as identity,
  config_path varchar(4000) not null unique,
  power       varchar(20)   not null,
  folder_id   varchar(80)   not null,
  host_id     varchar(80)   not null
);

-- Every task; info is the whole TaskInfo as JSON, the other columns are what tasks are looked for by.
create table task (
  number            bigint      not null primary key,
  state             varchar(20) not null,
  entity_id         varchar,
  user_name         varchar,
  alarm_id          varchar,
  scheduled_task_id varchar,
  event_chain_id    integer     not null,
  tag               varchar,
  activation_id     varchar,
  parent_key        varchar,
  root_key          varchar,
  queue_time        timestamp(6) with time zone not null,
  start_time        timestamp(6) with time zone,
  complete_time     timestamp(6) with time zone,
  info              varchar     not null
);

create index task_by_entity on task (entity_id, number);
create index task_by_complete_time on task (complete_time);
