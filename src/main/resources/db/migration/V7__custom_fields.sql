-- Custom fields, and what members of the inventory have in them.

create table custom_field (
  field_key   integer      not null primary key,
  name        varchar(256) not null,
  object_type varchar(256)
);

create table custom_value (
  object_type varchar(256)  not null,
  object_id   varchar(256)  not null,
  field_key   integer       not null references custom_field (field_key) on delete cascade,
  body        varchar(4096) not null,
  primary key (object_type, object_id, field_key)
);
