package dev.vcsnap.rights;

import dev.vcsnap.objects.Changes;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.session.SessionService;
import java.util.stream.Collectors;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires roles, permissions, and what they come to. */
@Configuration(proxyBeanMethods = false)
class RightsConfiguration {

  @Bean
  AuthorizationService authorizationService(
      SessionService sessions, RightsKeeper keeper, RootFolder root, ObjectRegistry objects) {
    var authorization =
        new AuthorizationService(sessions.accounts(), new PrivilegeCatalog(), keeper, root);
    objects.onChange((Changes changes) -> {
      if (changes.membership()) {
        authorization.forget(
            changes.objects().stream()
                .filter(ManagedObject::isRemoved)
                .map(ManagedObject::reference)
                .collect(Collectors.toSet()));
      }
    });
    return authorization;
  }

  @Bean
  AccessService accessService(ObjectRegistry objects, AuthorizationService authorization) {
    return new AccessService(objects, authorization);
  }
}
