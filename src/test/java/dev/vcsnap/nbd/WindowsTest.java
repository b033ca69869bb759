package dev.vcsnap.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How much a disk is asked to tell at a time. */
class WindowsTest {

  private static final long GIB = 1L << 30;

  private final List<Long> windows = new ArrayList<>();

  @Test
  void noWindowIsLargerThanWhatADiskMayBeKeptFor() {
    long hole = 300 * GIB;
    Extents found = Windows.of(this::fragmentedBehind300Gib, 0, 3L << 40, false);
    assertThat(found.count()).isEqualTo(Extents.MAX);
    assertThat(found.length(0)).isEqualTo(hole);
    assertThat(windows).allMatch(window -> window <= 512 << 20);
    assertThat(windows.size()).isLessThan(700);
  }

  @Test
  void afterAFragmentedWindowTheNextIsSmall() {
    Windows.of(
        (offset, length, found) -> {
          windows.add(length);
          boolean fragmented = windows.size() == 5;
          return fragmented
              ? found.add(length / 2, 0) && found.add(length / 2, 3)
              : found.add(length, 3);
        },
        0,
        3L << 40,
        false);
    assertThat(windows.subList(4, 7)).containsExactly(512L << 20, 64L << 20, 512L << 20);
  }

  private boolean fragmentedBehind300Gib(long offset, long length, Extents found) {
    windows.add(length);
    long at = offset;
    boolean room = true;
    while (room && at < offset + length) {
      long piece = at < 300 * GIB ? Math.min(300 * GIB, offset + length) - at : 4096;
      room = found.add(piece, at < 300 * GIB ? 3 : (int) (at >> 12 & 1));
      at += piece;
    }
    return room;
  }
}
