package dev.vcsnap.nfclease;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Wires the addresses of leases. */
@Configuration(proxyBeanMethods = false)
@Import({NfcLeaseController.class, NfcLeaseAdvice.class})
class NfcLeaseConfiguration {}
