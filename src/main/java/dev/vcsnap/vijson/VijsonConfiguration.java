package dev.vcsnap.vijson;

import dev.vcsnap.call.CallService;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Wires the VI/JSON binding. */
@Configuration(proxyBeanMethods = false)
@Import({
  VimJsonController.class,
  VimJsonAdvice.class,
  HelloController.class,
  OpenApiController.class
})
class VijsonConfiguration {

  @Bean
  VimJson vimJson() {
    return new VimJson();
  }

  @Bean
  OpenApiDocument openApiDocument(CallService calls) {
    return new OpenApiDocument(calls::served);
  }
}
