package dev.vcsnap.call;

import dev.vcsnap.alarm.AlarmService;
import dev.vcsnap.schedule.ScheduleService;
import dev.vcsnap.session.SessionService;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Serves what goes on without a client, and lets it call as a client would. */
@Configuration(proxyBeanMethods = false)
class UnattendedConfiguration {

  @Bean
  AlarmMethods alarmMethods(AlarmService alarms) {
    return new AlarmMethods(alarms);
  }

  @Bean
  ScheduleMethods scheduleMethods(ScheduleService schedules) {
    return new ScheduleMethods(schedules);
  }

  /** What is due runs only once the machines are open. */
  @Bean
  SmartInitializingSingleton schedulesStart(
      ScheduleService schedules, CallService calls, SessionService sessions) {
    return () -> schedules.start(new ScheduledCalls(calls, sessions));
  }
}
