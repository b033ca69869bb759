package dev.vcsnap.quiesce;

import dev.vcsnap.vim.ApplicationQuiesceFault;
import dev.vcsnap.vim.FilesystemQuiesceFault;
import dev.vcsnap.vim.KeyAnyValue;
import dev.vcsnap.vim.LocalizableMessage;
import dev.vcsnap.vim.SnapshotFault;
import dev.vcsnap.vim.VimException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says to clients why a guest could not be made consistent (rules A38 to A40).
 *
 * <p>Which fault it is when the guest was no longer frozen is told differently by documents and
 * logs, hence by setting; everything else is an {@code ApplicationQuiesceFault}, the one that
 * clients know.
 */
final class QuiesceFaults {

  private static final String FAILED = "Failed to quiesce the virtual machine.";
  private static final String TIMED_OUT = "Timed out while quiescing the virtual machine.";
  private static final String HELD_TOO_LONG =
      "Cannot create a quiesced snapshot because the create snapshot operation exceeded the time"
          + " limit for holding off I/O in the frozen virtual machine.";

  private final boolean overrunIsFilesystem;

  /**
   * Makes the choice.
   *
   * @param overrunIsFilesystem whether a guest that was no longer frozen is a {@code
   *     FilesystemQuiesceFault}
   */
  QuiesceFaults(boolean overrunIsFilesystem) {
    this.overrunIsFilesystem = overrunIsFilesystem;
  }

  VimException of(Failure failure) {
    return switch (failure) {
      case Failure.Reported reported ->
          fault(new ApplicationQuiesceFault(), FAILED, reported(reported));
      case Failure.NotFrozen notFrozen ->
          overrun(message("msg.snapshot.quiesce.notfrozen", notFrozen.text()));
      case Failure.HeldTooLong held -> overrun(null);
      case Failure.TimedOut timedOut ->
          fault(
              new ApplicationQuiesceFault(),
              FAILED,
              message("msg.snapshot.quiesce.timeout", TIMED_OUT));
      case Failure.Lost lost ->
          fault(
              new ApplicationQuiesceFault(),
              FAILED,
              message("msg.snapshot.quiesce.lost", lost.reason()));
      case Failure.GivenUp givenUp -> fault(new ApplicationQuiesceFault(), FAILED, null);
    };
  }

  private VimException overrun(@Nullable LocalizableMessage detail) {
    return fault(
        overrunIsFilesystem ? new FilesystemQuiesceFault() : new ApplicationQuiesceFault(),
        HELD_TOO_LONG,
        detail);
  }

  private static LocalizableMessage reported(Failure.Reported reported) {
    LocalizableMessage message =
        message(
            QuiesceMessages.REPORTED,
            "The guest OS has reported an error during quiescing. The error code was: "
                + reported.code()
                + " The error message was: "
                + reported.text());
    message.arg = List.of(argument("1", reported.code()), argument("2", reported.text()));
    return message;
  }

  private static VimException fault(
      SnapshotFault fault, String text, @Nullable LocalizableMessage detail) {
    List<LocalizableMessage> messages = new ArrayList<>();
    messages.add(message("msg.snapshot.error-QUIESCINGERROR", text));
    if (detail != null) {
      messages.add(detail);
    }
    fault.faultMessage = messages;
    return new VimException(fault, "An error occurred while saving the snapshot: " + text);
  }

  private static LocalizableMessage message(String key, String text) {
    var message = new LocalizableMessage();
    message.key = key;
    message.message = text;
    return message;
  }

  private static KeyAnyValue argument(String key, Object value) {
    var argument = new KeyAnyValue();
    argument.key = key;
    argument.value = value;
    return argument;
  }
}
