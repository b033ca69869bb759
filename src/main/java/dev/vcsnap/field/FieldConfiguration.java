package dev.vcsnap.field;

import dev.vcsnap.history.Followers;
import dev.vcsnap.objects.ObjectRegistry;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires custom fields. */
@Configuration(proxyBeanMethods = false)
class FieldConfiguration {

  @Bean
  FieldService fieldService(ObjectRegistry objects, KeptFields kept) {
    var fields = new FieldService(objects, kept);
    fields.follow(Followers.onThreadsOfTheirOwn("custom-fields"));
    return fields;
  }

  /** Once the machines are open: a server that was killed may have kept what a deleted one had. */
  @Bean
  SmartInitializingSingleton valuesOfAbsentForgotten(FieldService fields) {
    return fields::forgetAbsent;
  }
}
