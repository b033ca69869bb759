package dev.vcsnap.guest.rpc;

import dev.vcsnap.inventory.GuestWish;
import dev.vcsnap.quiesce.BackupEvent;
import dev.vcsnap.quiesce.BackupListener;
import dev.vcsnap.quiesce.GuestAgent;
import dev.vcsnap.quiesce.QuiesceOptions;
import dev.vcsnap.quiesce.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * VMware Tools that are connected, as the host's agent: its requests go out on the connection of
 * port 975, its events come in on that of port 976. When the connection goes, so does the agent.
 */
final class ToolsAgent implements GuestAgent {

  private static final Logger LOG = LoggerFactory.getLogger(ToolsAgent.class);

  /** How long reading a whole file may take; a manifest is there in milliseconds. */
  private static final Duration READ_MAX = Duration.ofSeconds(5);

  private @Nullable TcloChannel channel;
  private boolean ready;
  private @Nullable BackupListener listener;

  /** Takes a connection; an older one ends, as after a guest's crash nobody is at its other end. */
  void connect(TcloChannel next) {
    TcloChannel old;
    synchronized (this) {
      old = channel;
      channel = next;
      ready = false;
    }
    if (old != null) {
      old.close();
      tellLoss("VMware Tools connected anew");
    }
  }

  /** Notes that the Tools on a connection are up. */
  synchronized void ready(TcloChannel greeted) {
    ready |= channel == greeted;
  }

  /** Notes the end of a connection. */
  void disconnect(TcloChannel ended) {
    synchronized (this) {
      if (channel != ended) {
        return;
      }
      channel = null;
      ready = false;
    }
    tellLoss("the connection to VMware Tools ended");
  }

  private void tellLoss(String reason) {
    BackupListener waiting;
    synchronized (this) {
      waiting = listener;
      listener = null;
    }
    if (waiting != null) {
      // On a thread of its own: it asks the guest, whose answer the caller is to read.
      Thread.ofVirtual().name("guest-lost").start(() -> waiting.lost(reason));
    }
  }

  /** Whether Tools are connected and up. */
  synchronized boolean isReady() {
    return ready;
  }

  /** Takes an event of the guest to whoever waits for it; false when nobody does. */
  boolean report(BackupEvent event) {
    BackupListener waiting;
    synchronized (this) {
      waiting = listener;
      if (event.name().equals(BackupEvent.DONE)) {
        listener = null;
      }
    }
    return waiting != null && waiting.accept(event);
  }

  @Override
  public Reply start(QuiesceOptions options, BackupListener events) {
    BackupListener before;
    synchronized (this) {
      before = listener;
      if (before == null) {
        listener = events;
      }
    }
    // Tools that are busy say so themselves; the operation that they are at keeps its listener.
    Reply reply = ask(StartOptions.request(options));
    synchronized (this) {
      if (events.equals(listener) && !(reply instanceof Reply.Ok)) {
        listener = null;
      } else if (before != null && reply instanceof Reply.Ok) {
        listener = events;
      }
    }
    return reply;
  }

  @Override
  public Reply snapshotDone() {
    return ask("vmbackup.snapshotDone");
  }

  @Override
  public Reply snapshotCompleted() {
    return ask("vmbackup.snapshotCompleted");
  }

  @Override
  public Reply abort() {
    return ask("vmbackup.abort");
  }

  @Override
  public byte[] read(String guestPath) {
    TcloChannel connected = channel();
    if (connected == null) {
      return new byte[0];
    }
    try {
      return new GuestFiles(connected.within(READ_MAX)).read(guestPath);
    } catch (IOException e) {
      LOG.info("The manifest of a guest is left out: {}", e.getMessage());
      return new byte[0];
    }
  }

  private synchronized @Nullable TcloChannel channel() {
    return channel;
  }

  /** Asks the guest's operating system to go: open-vm-tools' powerOps service. */
  GuestWish.Answer ask(GuestWish wish) {
    String request =
        switch (wish) {
          case SHUTDOWN -> "OS_Halt";
          case REBOOT -> "OS_Reboot";
          case STANDBY -> "OS_Suspend";
        };
    return switch (ask(request)) {
      case Reply.Ok ok -> GuestWish.Answer.TAKEN;
      case Reply.Refused refused -> {
        LOG.info("VMware Tools do not do {}: {}", request, refused.text());
        yield GuestWish.Answer.REFUSED;
      }
      case Reply.Lost lost -> GuestWish.Answer.LOST;
    };
  }

  private Reply ask(String request) {
    return ask(request.getBytes(StandardCharsets.US_ASCII));
  }

  private Reply ask(byte[] request) {
    TcloChannel connected = channel();
    if (connected == null) {
      return new Reply.Lost("VMware Tools are not connected");
    }
    try {
      return reply(connected.ask(request));
    } catch (IOException e) {
      return new Reply.Lost(String.valueOf(e.getMessage()));
    }
  }

  private static Reply reply(String answer) {
    String[] parts = answer.split(" ", 2);
    String text = GuestReport.cut(parts.length < 2 ? "" : parts[1]);
    return parts[0].equals("OK") ? new Reply.Ok(text) : new Reply.Refused(text);
  }

  /** Ends the connection. */
  void close() {
    TcloChannel connected = channel();
    if (connected != null) {
      connected.close();
    }
  }
}
