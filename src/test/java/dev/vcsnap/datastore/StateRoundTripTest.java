package dev.vcsnap.datastore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.disk.block.BlockError;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Whatever text a client sends is read back as it was; whatever bytes a file has, the failure is a
 * named one.
 */
class StateRoundTripTest {

  /**
   * Any Unicode text, with the characters that break lines, quotes and escapes more often than by
   * chance.
   */
  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> awkward =
        Arbitraries.of(
            "\"", "|", "|22", "|zz", "\r\n", "\n", "\r", "\t", " ", "=", "#", "\0", "\u0085",
            "\u2028", "\uFEFF", "%2f", "🧊", "é");
    Arbitrary<String> any =
        Arbitraries.integers()
            .between(0, Character.MAX_CODE_POINT)
            .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
            .map(Character::toString);
    return Arbitraries.oneOf(awkward, any, Arbitraries.strings().ascii().ofMaxLength(6))
        .list()
        .ofMaxSize(12)
        .map(parts -> String.join("", parts));
  }

  @Provide
  Arbitrary<String> keys() {
    return Arbitraries.strings().withChars("abcXYZ019.:_-").ofMinLength(1).ofMaxLength(8);
  }

  @Provide
  Arbitrary<Map<String, String>> pairs() {
    return Arbitraries.maps(keys(), texts()).ofMaxSize(12);
  }

  @Property
  void aConfigurationKeepsEveryValue(@ForAll("pairs") Map<String, String> pairs) {
    Vmx vmx = new Vmx();
    Map<String, String> expected = new LinkedHashMap<>();
    pairs.forEach((key, value) -> {
      vmx.put(key, value);
      expected.put(KeyValueText.fold(key), value);
    });

    Vmx read = Vmx.parse(vmx.bytes());

    expected.forEach((key, value) -> assertThat(read.get(key)).contains(value));
    assertThat(read.keys()).hasSize(expected.size() + 1);
    assertThat(read.text()).isEqualTo(vmx.text());
  }

  @Provide
  Arbitrary<Vmsd> lists() {
    Arbitrary<SnapshotDisk> disks =
        Combinators.combine(Arbitraries.of("scsi0:0", "scsi0:15", "nvme1:3"), texts())
            .as(SnapshotDisk::new);
    Arbitrary<Instant> times =
        Arbitraries.longs()
            .between(Long.MIN_VALUE / 2, Long.MAX_VALUE / 2)
            .map(micros -> Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
    Arbitrary<SnapshotEntry> snapshots =
        Combinators.combine(
                texts(),
                texts(),
                times,
                texts(),
                disks.list().ofMaxSize(3),
                Arbitraries.integers().between(0, 9))
            .as((name, description, time, file, links, type) ->
                new SnapshotEntry(1, 0, name, description, time, file, links, type));
    return Combinators.combine(
            snapshots.list().ofMaxSize(6), Arbitraries.randoms(), Arbitraries.of(true, false))
        .as((entries, random, consolidate) -> {
          Vmsd vmsd = new Vmsd(0, 0, consolidate, List.of());
          List<Integer> uids = new ArrayList<>(List.of(0));
          for (SnapshotEntry entry : entries) {
            int uid = vmsd.nextUid() + random.nextInt(3);
            int parent = uids.get(random.nextInt(uids.size()));
            vmsd =
                vmsd.withAdded(
                    new SnapshotEntry(
                        uid,
                        parent,
                        entry.displayName(),
                        entry.description(),
                        entry.createTime(),
                        entry.vmsnFileName(),
                        entry.disks(),
                        entry.type()));
            uids.add(uid);
          }
          return vmsd.withCurrent(uids.get(random.nextInt(uids.size())));
        });
  }

  @Property
  void aSnapshotListKeepsEverything(@ForAll("lists") Vmsd vmsd) {
    assertThat(Vmsd.parse(vmsd.bytes())).isEqualTo(vmsd);
    assertThat(Vmsd.parse(vmsd.text())).isEqualTo(vmsd);
  }

  @Property
  void removingSnapshotsKeepsTheTreeWhole(@ForAll("lists") Vmsd vmsd) {
    Vmsd left = vmsd;
    while (!left.snapshots().isEmpty()) {
      int uid = left.snapshots().get(left.snapshots().size() / 2).uid();
      left = left.withRemoved(uid);
      assertThat(Vmsd.parse(left.text())).isEqualTo(left);
    }
    assertThat(left.currentUid()).isZero();
    assertThat(left.lastUid()).isEqualTo(vmsd.lastUid());
  }

  @Property
  void aStateFileKeepsEverything(
      @ForAll("texts") String vmx,
      @ForAll("texts") String state,
      @ForAll boolean quiesced,
      @ForAll boolean memory,
      @ForAll("details") Map<String, String> details) {
    Vmsn vmsn = new Vmsn(vmx, state, quiesced, memory, details);

    assertThat(Vmsn.parse(vmsn.bytes())).isEqualTo(vmsn);
  }

  @Provide
  Arbitrary<Map<String, String>> details() {
    return Arbitraries.maps(texts(), texts()).ofMaxSize(8);
  }

  @Property
  void anyBytesAreReadOrRefusedByName(@ForAll byte[] bytes) {
    readOrRefuse(bytes);
  }

  /** Texts made of the grammar's own pieces reach deeper than bytes by chance. */
  @Provide
  Arbitrary<String> almostLists() {
    Arbitrary<String> keys =
        Arbitraries.of(
            ".encoding",
            "snapshot.numSnapshots",
            "snapshot.current",
            "snapshot.lastUID",
            "snapshot0.uid",
            "snapshot1.uid",
            "snapshot0.parent",
            "snapshot1.parent",
            "snapshot0.numDisks",
            "snapshot0.disk0.node",
            "snapshot0.disk0.fileName",
            "snapshot0.createTimeHigh",
            "snapshot0.createTimeLow",
            "snapshot1.type",
            "scsi0:0.fileName",
            "scsi0:0.present");
    Arbitrary<String> values =
        Arbitraries.oneOf(
            Arbitraries.integers().between(-3, 4).map(String::valueOf),
            Arbitraries.of(
                "2147483647",
                "-2147483648",
                "99999999999",
                "",
                "UTF-8",
                "UTF-16",
                "x.vmdk",
                "TRUE"),
            texts());
    return Combinators.combine(
            keys,
            Arbitraries.of(" = \"", "=\"", "= ", "", " \""),
            values,
            Arbitraries.of("\"", "", "\" x", "\" # x"))
        .as((key, open, value, close) -> key + open + value + close)
        .list()
        .ofMaxSize(20)
        .map(lines -> String.join("\n", lines));
  }

  @Property
  void anyLinesAreReadOrRefusedByName(@ForAll("almostLists") String text) {
    readOrRefuse(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void readOrRefuse(byte[] bytes) {
    try {
      Vmx vmx = Vmx.parse(bytes);
      assertThat(Vmx.parse(vmx.text()).text()).isEqualTo(vmx.text());
      vmx.disks();
    } catch (BlockError e) {
      assertThat(e.kind()).isIn(REFUSALS);
    }
    try {
      Vmsd vmsd = Vmsd.parse(bytes);
      assertThat(Vmsd.parse(vmsd.text())).isEqualTo(vmsd);
    } catch (BlockError e) {
      assertThat(e.kind()).isIn(REFUSALS);
    }
    try {
      Vmsn.parse(bytes);
    } catch (BlockError e) {
      assertThat(e.kind()).isIn(REFUSALS);
    }
  }

  private static final List<BlockError.Kind> REFUSALS =
      List.of(
          BlockError.Kind.CORRUPT,
          BlockError.Kind.NOT_THIS_FORMAT,
          BlockError.Kind.TOO_NEW,
          BlockError.Kind.UNSUPPORTED);
}
