package dev.vcsnap.ovf;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires what reads and writes descriptors. */
@Configuration(proxyBeanMethods = false)
class OvfConfiguration {

  @Bean
  OvfService ovfService() {
    return new OvfService();
  }
}
