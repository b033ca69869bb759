package dev.vcsnap.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionCookieTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vmware_soap_session=\"ab12\"",
        "vmware_soap_session=ab12",
        "vmware_soap_session=\"ab12\"; Path=/; HttpOnly; Secure;",
        "$Version=\"1\"; vmware_soap_session=\"ab12\"; $Path=/",
        "vmware_soap_session= \"ab12\"; $Path=/",
        "other=1, vmware_soap_session=ab12"
      })
  void theIdIsFoundInEverySpelling(String header) {
    assertThat(SessionCookie.idIn(header)).isEqualTo("ab12");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "vmware_soap_session",
        "vmware_soap_session=\"\"",
        "xvmware_soap_session=ab12"
      })
  void whatNamesNoSessionHasNoId(String header) {
    assertThat(SessionCookie.idIn(header)).isNull();
  }

  @Test
  void anEnvelopeMayHoldTheIdAlone() {
    assertThat(SessionCookie.idInEnvelope(" \"ab12\" ")).isEqualTo("ab12");
    assertThat(SessionCookie.idInEnvelope("vmware_soap_session=ab12; Path=/")).isEqualTo("ab12");
    assertThat(SessionCookie.idIn(null)).isNull();
    assertThat(SessionCookie.idInEnvelope(null)).isNull();
  }
}
