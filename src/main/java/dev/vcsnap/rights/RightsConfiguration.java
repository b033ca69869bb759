package dev.vcsnap.rights;

import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.session.SessionService;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires roles, permissions, and what they come to. */
@Configuration(proxyBeanMethods = false)
class RightsConfiguration {

  @Bean
  AuthorizationService authorizationService(SessionService sessions) {
    return new AuthorizationService(sessions.accounts(), new PrivilegeCatalog());
  }

  @Bean
  AccessService accessService(ObjectRegistry objects, AuthorizationService authorization) {
    return new AccessService(objects, authorization);
  }
}
