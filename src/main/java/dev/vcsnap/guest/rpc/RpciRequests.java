package dev.vcsnap.guest.rpc;

import dev.vcsnap.quiesce.BackupEvent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers what Tools ask of one machine's host (port 976). What is not known is refused as a real
 * host does it, and Tools go on without.
 *
 * @param variables what the guest keeps with its host
 * @param configured what the machine's configuration says for the guest, by key
 * @param report what the guest says of itself
 * @param events hears of quiesce operations
 * @param changed is told when clients should see something else
 * @param asleep is told when the guest is ready to be put to sleep
 */
record RpciRequests(
    GuestVariables variables,
    Function<String, Optional<String>> configured,
    GuestReport report,
    Predicate<BackupEvent> events,
    Runnable changed,
    Runnable asleep) {

  private static final Logger LOG = LoggerFactory.getLogger(RpciRequests.class);

  /**
   * Success, and the number of the state: open-vm-tools' lib/include/vmware/guestrpc/powerops.h.
   */
  private static final String READY_TO_SLEEP = "1 5";

  /** Answers one request. */
  Answer answer(byte[] request) {
    int space = 0;
    while (space < request.length && request[space] != ' ' && request[space] != 0) {
      space++;
    }
    String command = new String(request, 0, space, StandardCharsets.US_ASCII);
    byte[] rest = Arrays.copyOfRange(request, Math.min(space + 1, request.length), request.length);
    try {
      return answer(command, rest);
    } catch (MalformedPacketException e) {
      LOG.debug("Tools sent {}: {}", GuestReport.cut(command), e.getMessage());
      return Answer.refused("Invalid arguments");
    }
  }

  private Answer answer(String command, byte[] rest) throws MalformedPacketException {
    return switch (command) {
      case "vmbackup.eventSet" -> event(line(rest));
      case "info-set" -> set(line(rest));
      case "info-get" -> get(line(rest));
      case "SetGuestInfo" -> guestInfo(rest);
      case "SetGuestDiskInfo" -> {
        report.fileSystems(rest);
        changed.run();
        yield Answer.DONE;
      }
      case "tools.set.versiontype", "tools.set.version" -> {
        report.version(line(rest).split(" ", 2)[0]);
        changed.run();
        yield Answer.DONE;
      }
      case "tools.os.statechange.status" -> {
        if (line(rest).strip().equals(READY_TO_SLEEP)) {
          asleep.run();
        }
        yield Answer.DONE;
      }
      case "log" -> {
        LOG.debug("Tools say: {}", GuestReport.text(rest));
        yield Answer.DONE;
      }
      default ->
          command.startsWith("tools.capability.") || command.startsWith("vmx.capability.")
              ? Answer.DONE
              : Answer.UNKNOWN_COMMAND;
    };
  }

  /** {@code NAME CODE TEXT}, of which the text may be missing. */
  private Answer event(String line) throws MalformedPacketException {
    String[] parts = line.split(" ", 3);
    if (parts.length < 2) {
      throw new MalformedPacketException("an event without a code");
    }
    int code;
    try {
      code = Integer.parseInt(parts[1]);
    } catch (NumberFormatException e) {
      throw new MalformedPacketException("an event whose code is no number");
    }
    String text = parts.length < 3 ? "" : parts[2];
    var event = new BackupEvent(GuestReport.cut(parts[0]), code, GuestReport.cut(text));
    return events.test(event) ? Answer.DONE : Answer.refused("The host does not go along");
  }

  private Answer set(String line) {
    String[] parts = line.split(" ", 2);
    String value = parts.length < 2 ? "" : parts[1];
    if (!variables.set(parts[0], value)) {
      return Answer.refused("Permission denied");
    }
    if (parts[0].equals("guestinfo.ip")) {
      report.address(value);
      changed.run();
    }
    return Answer.DONE;
  }

  private Answer get(String key) {
    if (!key.startsWith(GuestVariables.PREFIX)) {
      return Answer.refused("Permission denied");
    }
    return variables
        .get(key)
        .or(() -> configured.apply(key))
        .map(value -> new Answer(true, value))
        .orElse(Answer.refused("No value found"));
  }

  /** Between the command and the type stand two spaces, behind the type one, then any bytes. */
  private Answer guestInfo(byte[] rest) throws MalformedPacketException {
    int at = 0;
    while (at < rest.length && rest[at] == ' ') {
      at++;
    }
    int type = 0;
    for (; at < rest.length && rest[at] >= '0' && rest[at] <= '9' && type < 1000; at++) {
      type = type * 10 + rest[at] - '0';
    }
    if (at == rest.length || rest[at] != ' ') {
      throw new MalformedPacketException("a report without a type");
    }
    report.take(type, Arrays.copyOfRange(rest, at + 1, rest.length));
    if (GuestReport.shows(type)) {
      changed.run();
    }
    return Answer.DONE;
  }

  private static String line(byte[] rest) {
    String text = new String(rest, StandardCharsets.UTF_8);
    int end = text.indexOf('\0');
    return end < 0 ? text : text.substring(0, end);
  }
}
