package dev.vcsnap.pbm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;

import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.session.Account;
import dev.vcsnap.session.SessionService;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;

class PbmTest {

  private static final String POLICY = "f4e5bade-15a2-4805-bf8e-52318c4ce443";

  private final SessionService sessions =
      new SessionService(
          new SystemClock(),
          new Ids(new Dice(1)),
          List.of(new Account("user", "pass")),
          Duration.ofMinutes(30));
  private final MockMvc mvc =
      MockMvcBuilders.standaloneSetup(new PbmController(new PbmService(), sessions)).build();
  private final String session =
      sessions.login("user", "pass", "en", "127.0.0.1", "test").orElseThrow().id();

  @Test
  void theContentIsToldBeforeLogin() throws Exception {
    MockHttpServletResponse reply = call("", "PbmRetrieveServiceContent", "");

    assertThat(reply.getStatus()).isEqualTo(200);
    assertThat(reply.getContentAsString())
        .contains("<PbmRetrieveServiceContentResponse xmlns=\"urn:pbm\"><returnval><aboutInfo>")
        .contains("<profileManager type=\"PbmProfileProfileManager\">ProfileManager<");
  }

  @Test
  void thePolicyIsListedAndDescribedToWhoNamesItsSessionInTheEnvelope() throws Exception {
    assertThat(call(session, "PbmQueryProfile", "").getContentAsString()).contains(POLICY);
    assertThat(
            call(
                    session,
                    "PbmRetrieveContent",
                    "<profileIds><uniqueId>" + POLICY + "</uniqueId></profileIds>")
                .getContentAsString())
        .contains("<returnval xsi:type=\"PbmCapabilityProfile\"><profileId><uniqueId>" + POLICY)
        .contains("<name>VVol No Requirements Policy</name>");
    assertThat(
            call(
                    session,
                    "PbmCheckRequirements",
                    "<hubsToSearch><hubType>Datastore</hubType><hubId>datastore-20</hubId>"
                        + "</hubsToSearch>")
                .getContentAsString())
        .contains("<returnval><hub><hubType>Datastore</hubType><hubId>datastore-20</hubId></hub>");
  }

  @Test
  void everythingElseIsAFault() throws Exception {
    assertThat(call("", "PbmQueryProfile", "").getContentAsString())
        .contains("xsi:type=\"NotAuthenticated\"")
        .contains("The session is not authenticated.");
    assertThat(
            call(session, "PbmRetrieveContent", "<profileIds><uniqueId>x</uniqueId></profileIds>")
                .getContentAsString())
        .contains("xsi:type=\"InvalidArgument\"");
    assertThat(call(session, "PbmCreate", "").getContentAsString())
        .contains("xsi:type=\"NotSupported\"")
        .contains("PbmCreate");
    MockHttpServletResponse broken =
        mvc.perform(post("/pbm").content("<a")).andReturn().getResponse();
    assertThat(broken.getStatus()).isEqualTo(500);
    assertThat(broken.getContentAsString()).contains("InvalidRequest");
  }

  private MockHttpServletResponse call(String sessionId, String method, String arguments)
      throws Exception {
    String header =
        sessionId.isEmpty()
            ? ""
            : "<soapenv:Header><vcSessionCookie>"
                + sessionId
                + "</vcSessionCookie>"
                + "</soapenv:Header>";
    String envelope =
        """
        <soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">%s\
        <soapenv:Body><%s xmlns="urn:pbm"><_this type="PbmServiceInstance">ServiceInstance</_this>\
        %s</%s></soapenv:Body></soapenv:Envelope>\
        """
            .formatted(header, method, arguments, method);
    return mvc.perform(post("/pbm").content(envelope)).andReturn().getResponse();
  }
}
