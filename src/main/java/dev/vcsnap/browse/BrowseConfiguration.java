package dev.vcsnap.browse;

import dev.vcsnap.session.PasswordSessions;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.session.Tickets;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Wires access to datastore files. */
@Configuration(proxyBeanMethods = false)
@Import({FolderController.class, BrowseAdvice.class})
class BrowseConfiguration {

  @Bean
  Admission admission(SessionService sessions, Tickets tickets) {
    return new Admission(sessions, new PasswordSessions(sessions), tickets);
  }
}
