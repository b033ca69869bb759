package dev.vcsnap.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.quiesce.QuiesceMessages;
import dev.vcsnap.vim.ApplicationQuiesceFault;
import dev.vcsnap.vim.LocalizableMessage;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VmMessageWarningEvent;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuestErrorEventTest {

  private static final String TEXT =
      "The guest OS has reported an error during quiescing. The error code was: 2 The error message"
          + " was: Custom quiesce script failed.";

  @Test
  void whatTheGuestReportedIsToldAsWarningOfTheMachine() {
    var message = new LocalizableMessage();
    message.key = QuiesceMessages.REPORTED;
    message.message = TEXT;
    var fault = new ApplicationQuiesceFault();
    fault.faultMessage = List.of(message);
    assertThat(
            MachineEvents.failure(
                "CreateSnapshot_Task", new VimException(fault, "failed").localized()))
        .isInstanceOfSatisfying(
            VmMessageWarningEvent.class,
            event -> {
              assertThat(event.message).isEqualTo(TEXT);
              assertThat(EventCatalog.message(event)).isEqualTo(TEXT);
              assertThat(EventCatalog.category(event)).isEqualTo("warning");
            });
  }

  @Test
  void otherFailuresOfSnapshotsAreNoEventsOfTheGuest() {
    assertThat(
            MachineEvents.failure(
                "CreateSnapshotEx_Task",
                new VimException(new ApplicationQuiesceFault(), "failed").localized()))
        .isNull();
  }
}
