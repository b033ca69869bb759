package dev.vcsnap.pbm;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Wires the storage policy service. */
@Configuration(proxyBeanMethods = false)
@Import(PbmController.class)
class PbmConfiguration {

  @Bean
  PbmService pbmService() {
    return new PbmService();
  }
}
