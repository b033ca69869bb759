package dev.vcsnap.extension;

import dev.vcsnap.inventory.ServiceObjects;
import dev.vcsnap.objects.ObjectRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires extensions to their manager. */
@Configuration(proxyBeanMethods = false)
class ExtensionConfiguration {

  /**
   * @param service has published the manager
   */
  @Bean
  ExtensionService extensionService(
      ServiceObjects service, ObjectRegistry objects, KeptExtensions kept) {
    return new ExtensionService(objects, kept);
  }
}
