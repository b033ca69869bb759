package dev.vcsnap.call;

import dev.vcsnap.alarm.AlarmService;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Serves what goes on without a client. */
@Configuration(proxyBeanMethods = false)
class UnattendedConfiguration {

  @Bean
  AlarmMethods alarmMethods(AlarmService alarms) {
    return new AlarmMethods(alarms);
  }
}
