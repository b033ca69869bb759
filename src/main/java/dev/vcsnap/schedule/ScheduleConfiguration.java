package dev.vcsnap.schedule;

import dev.vcsnap.event.EventService;
import dev.vcsnap.event.EventSubjects;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.ids.NumberKeeper;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.task.TaskService;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires scheduled tasks. They begin to run once there is a door to call through. */
@Configuration(proxyBeanMethods = false)
class ScheduleConfiguration {

  @Bean(destroyMethod = "")
  ScheduleService scheduleService(
      ObjectRegistry objects,
      Clock clock,
      EventService events,
      EventSubjects subjects,
      ScheduleArchive archive,
      WakeUps wakeUps,
      NumberKeeper numbers,
      TaskService tasks) {
    var schedules =
        new ScheduleService(objects, clock, events, subjects, archive, wakeUps, numbers);
    tasks.listen(schedules);
    return schedules;
  }
}
