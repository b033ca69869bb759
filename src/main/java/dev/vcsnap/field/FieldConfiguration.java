package dev.vcsnap.field;

import dev.vcsnap.objects.ObjectRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires custom fields. */
@Configuration(proxyBeanMethods = false)
class FieldConfiguration {

  @Bean
  FieldService fieldService(ObjectRegistry objects, KeptFields kept) {
    return new FieldService(objects, kept);
  }
}
