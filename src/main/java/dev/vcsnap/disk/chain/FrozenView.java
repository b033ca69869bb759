package dev.vcsnap.disk.chain;

import dev.vcsnap.disk.block.BlockDepth;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockStatus;
import dev.vcsnap.disk.block.Bounds;
import dev.vcsnap.disk.block.Layered;
import dev.vcsnap.disk.block.ReadOnlyDevice;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** A frozen link of a running disk, as one more disk that can only be read. */
final class FrozenView implements ReadOnlyDevice, Layered {

  private final Composition composition;
  private final Gate gate;
  private final String holder;
  private final Consumer<FrozenView> onClose;
  private volatile boolean closed;

  FrozenView(Composition composition, Gate gate, String holder, Consumer<FrozenView> onClose) {
    this.composition = composition;
    this.gate = gate;
    this.holder = holder;
    this.onClose = onClose;
  }

  /** Who looks, for the sentence of a refused merge. */
  String holder() {
    return holder;
  }

  Composition composition() {
    return composition;
  }

  @Override
  public List<Path> links() {
    return composition.links().stream().map(Link::path).toList();
  }

  /** Looks at the whole of it while nothing changes. */
  <T> T look(Function<Composition, T> look) {
    gate.enter();
    try {
      requireOpen();
      return look.apply(composition);
    } finally {
      gate.leave();
    }
  }

  @Override
  public long sizeBytes() {
    return composition.sizeBytes();
  }

  @Override
  public void readAt(long offset, ByteBuffer target) {
    Bounds.check(offset, target.remaining(), sizeBytes());
    gate.enter();
    try {
      requireOpen();
      composition.read(offset, target);
    } finally {
      gate.leave();
    }
  }

  @Override
  public List<BlockStatus> statusOf(long offset, long length) {
    Bounds.check(offset, length, sizeBytes());
    gate.enter();
    try {
      requireOpen();
      return composition.statusOf(offset, length);
    } finally {
      gate.leave();
    }
  }

  @Override
  public List<BlockDepth> depthsOf(long offset, long length) {
    Bounds.check(offset, length, sizeBytes());
    return look(chain -> ChainDepths.of(chain, offset, length));
  }

  /** Nothing to do: a frozen link was flushed when it froze. */
  @Override
  public void flush() {
    requireOpen();
  }

  @Override
  public void close() {
    gate.close();
    boolean first = !closed;
    closed = true;
    gate.open();
    if (first) {
      onClose.accept(this);
    }
  }

  @Override
  public BlockError refusal() {
    return new BlockError(
        BlockError.Kind.READ_ONLY,
        "'%s' is frozen and cannot be written".formatted(composition.top().path()));
  }

  private void requireOpen() {
    if (closed) {
      throw new BlockError(
          BlockError.Kind.CLOSED, "the view of '%s' is closed".formatted(composition.top().path()));
    }
  }
}
