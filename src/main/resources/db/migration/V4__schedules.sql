-- Scheduled tasks; info is the whole ScheduledTaskInfo as JSON.
create table schedule (
  id      varchar(80) not null primary key,
  created timestamp(6) with time zone not null,
  info    varchar not null
);

-- When they are due, in the form of db-scheduler.
create table wake_up (
  task_name            varchar(200) not null,
  task_instance        varchar(200) not null,
  task_data            bytea,
  execution_time       timestamp(6) with time zone not null,
  picked               boolean not null,
  picked_by            varchar(200),
  last_success         timestamp(6) with time zone,
  last_failure         timestamp(6) with time zone,
  consecutive_failures integer,
  last_heartbeat       timestamp(6) with time zone,
  version              bigint not null,
  priority             smallint,
  primary key (task_name, task_instance)
);

create index wake_up_by_time on wake_up (execution_time);
create index wake_up_by_heartbeat on wake_up (last_heartbeat);
