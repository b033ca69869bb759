-- What happened, as the event manager tells it; body is the whole event as JSON.
create table event (
  event_key bigint  not null primary key,
  chain_id  integer not null,
  created   timestamp(6) with time zone not null,
  body      varchar not null
);

create index event_by_chain on event (chain_id);
create index event_by_time on event (created);
