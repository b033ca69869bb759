package dev.vcsnap.disk.chain;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.vmdk.DeltaKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Puts a new leaf above a running disk's, in the steps that {@link PreparedFork} asks for. */
final class Forks {

  private final LinkStore store;
  private final OpenLinks links;
  private final LiveChain live;
  private final DiskTracking tracking;
  private final Operations operations;
  private final StunGate gate;
  private final Runnable stun;
  private volatile @Nullable PreparedFork pending;

  /**
   * @param stun makes durable what was acknowledged and closes the gate
   */
  Forks(
      LinkStore store,
      OpenLinks links,
      LiveChain live,
      DiskTracking tracking,
      Operations operations,
      StunGate gate,
      Runnable stun) {
    this.store = store;
    this.links = links;
    this.live = live;
    this.tracking = tracking;
    this.operations = operations;
    this.gate = gate;
    this.stun = stun;
  }

  /** Makes the files of a new leaf; the chain stays as it is, and busy until the fork is over. */
  PreparedFork prepare(Path newDescriptor, DeltaKind kind) {
    Link leaf = live.top();
    operations.begin("fork", leaf.path());
    try {
      if (live.composition().links().size() >= LinkStore.MAXIMUM_DEPTH) {
        throw new BlockError(
            Kind.UNSUPPORTED,
            "'%s' has %d links already".formatted(leaf.path(), LinkStore.MAXIMUM_DEPTH));
      }
      live.flush();
      live.giveContentId();
      LinkStore.Found parent = new LinkStore.Found(leaf.path(), leaf.descriptor());
      LinkStore.Found made = store.prepareDelta(newDescriptor, parent, kind, tracking.tracked());
      try {
        PreparedFork fork = new PreparedFork(this, links.openLeaf(made));
        pending = fork;
        return fork;
      } catch (BlockError failure) {
        store.delete(made.path(), made.descriptor());
        throw failure;
      }
    } catch (RuntimeException failure) {
      operations.end();
      throw failure;
    }
  }

  /** Gives up a fork that is prepared and not committed, if there is one. */
  void abandonPending() {
    PreparedFork fork = pending;
    if (fork != null) {
      fork.abandonUnlessCommitted();
    }
  }

  /**
   * Starts the stun. What the guest wrote since the preparation gives the link that freezes its
   * content id here, before anybody names the fork: a fork whose parent has another content than it
   * was made above could not be opened.
   */
  void stunFor(Link.Delta fork) {
    stun.run();
    try {
      if (live.needsContentId()) {
        live.giveContentId();
        store.followContentId(fork, live.top());
        syncNames(fork);
      }
    } catch (RuntimeException failure) {
      gate.open();
      throw failure;
    }
  }

  /** Makes durable what a fork and the leaf below it are called. */
  void syncNames(Link.Delta fork) {
    Path leaf = live.top().path();
    store.syncNames(fork.path());
    if (!Objects.equals(leaf.getParent(), fork.path().getParent())) {
      store.syncNames(leaf);
    }
  }

  /** Writes go to the fork from here on; the gate is closed. */
  void switchTo(Link.Delta fork) {
    Link frozen = live.top();
    links.freeze(frozen);
    tracking.fork(frozen.path(), fork.path());
    live.push(fork);
  }

  /** Ends the stun, and returns how long it was. */
  Duration openGate() {
    return gate.open();
  }

  /** Does what a fork leaves to do, with the guest running again. */
  void end() {
    pending = null;
    try {
      live.settle();
      tracking.saveFrozen();
    } catch (BlockError deferred) {
      // The link stays unsettled: the next flush, operation or close tries again and reports.
      assert deferred.kind() != Kind.CLOSED;
    } finally {
      operations.end();
    }
  }

  /** Removes the files of a fork that nothing came of. */
  void drop(Link.Delta fork) {
    pending = null;
    try {
      links.drop(fork);
      store.delete(fork.path(), fork.descriptor());
    } finally {
      operations.end();
    }
  }
}
