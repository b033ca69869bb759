package dev.vcsnap.rest;

import dev.vcsnap.session.SessionService;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Wires the REST session paths. */
@Configuration(proxyBeanMethods = false)
@Import({ApiSessionController.class, CisSessionController.class})
class RestConfiguration {

  @Bean
  RestSessions restSessions(SessionService sessions) {
    return new RestSessions(sessions);
  }
}
