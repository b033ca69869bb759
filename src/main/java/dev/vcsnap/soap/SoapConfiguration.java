package dev.vcsnap.soap;

import dev.vcsnap.call.CallService;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Wires the SOAP binding. */
@Configuration(proxyBeanMethods = false)
@Import({SoapController.class, SoapAdvice.class})
class SoapConfiguration {

  @Bean
  SoapWriter soapWriter() {
    return new SoapWriter();
  }

  @Bean
  SoapDispatcher soapDispatcher(CallService calls, SoapWriter writer) {
    return new SoapDispatcher(calls, writer);
  }

  @Bean
  Wsdl wsdl(CallService calls) {
    return new Wsdl(calls::served);
  }
}
