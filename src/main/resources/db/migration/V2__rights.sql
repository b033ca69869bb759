-- The roles that are not the system's; privileges are separated by line ends.
create table user_role (
  id         integer      not null primary key,
  name       varchar(255) not null unique,
  label      varchar(400) not null,
  summary    varchar(400) not null,
  privileges text         not null
);

-- Who has which role where. No row at all means that none was ever set, also by the first start.
create table entity_permission (
  entity_type varchar(80)  not null,
  entity_id   varchar(80)  not null,
  principal   varchar(400) not null,
  is_group    boolean      not null,
  number      bigint generated always as identity,
  role_id     integer      not null,
  propagate   boolean      not null,
  primary key (entity_id, principal, is_group)
);
