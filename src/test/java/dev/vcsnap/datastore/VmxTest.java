package dev.vcsnap.datastore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.vcsnap.disk.block.BlockError;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VmxTest {

  @Test
  void aFileThatIsNotChangedIsWrittenBackByteForByte() throws IOException {
    byte[] file = Golden.read("machine.vmx");

    assertThat(Vmx.parse(file).bytes()).isEqualTo(file);
  }

  @Test
  void readsValuesWhateverTheCaseOfTheKey() throws IOException {
    Vmx vmx = Vmx.parse(Golden.read("machine.vmx"));

    assertThat(vmx.get("MEMSIZE")).contains("2048");
    assertThat(vmx.number("memsize")).hasValue(2048);
    assertThat(vmx.number("NumVCPUs")).hasValue(2);
    assertThat(vmx.number("none")).isEmpty();
    assertThat(vmx.flag("ctkenabled")).isTrue();
    assertThat(vmx.flag("scsi0:1.present")).isFalse();
    assertThat(vmx.flag("none")).isFalse();
    assertThat(vmx.get("annotation")).contains("says \"hello\"\r\nand | more");
    assertThat(vmx.get("vendor.unknown")).contains("kept   as it is");
    assertThat(vmx.keysStartingWith("SCSI0:0."))
        .containsExactly(
            "scsi0:0.deviceType", "scsi0:0.fileName", "scsi0:0.present", "scsi0:0.ctkEnabled");
    assertThatThrownBy(() -> vmx.number("displayName"))
        .isInstanceOfSatisfying(
            BlockError.class, e -> assertThat(e.kind()).isEqualTo(BlockError.Kind.CORRUPT))
        .hasMessageContaining("web%2f01");
  }

  @Test
  void findsTheDisksThatArePresent() throws IOException {
    assertThat(Vmx.parse(Golden.read("machine.vmx")).disks())
        .containsExactly(
            entry("scsi0:0", "web-000002.vmdk"),
            entry("sata0:0", "/vmfs/volumes/5f2a1c3e-8b7d1f2c-90aa-0050569b1234/web/data.vmdk"));
  }

  @Test
  void aChangeTouchesItsOwnLineOnly() throws IOException {
    byte[] file = Golden.read("machine.vmx");
    Vmx vmx = Vmx.parse(file);
    vmx.put("SCSI0:0.filename", "web-000003.vmdk");
    vmx.put("new.key", "a \"b\" | c\r\n\t" + (char) 0x2028);
    assertThat(vmx.remove("scsi0:1.FILENAME")).isTrue();
    assertThat(vmx.remove("scsi0:1.filename")).isFalse();

    String expected =
        new String(file, StandardCharsets.UTF_8)
                .replace("web-000002.vmdk", "web-000003.vmdk")
                .replace("scsi0:1.fileName = \"gone.vmdk\"\n", "")
            + "new.key = \"a |22b|22 |7C c|0D|0A\t|E2|80|A8\"\n";
    assertThat(vmx.text()).isEqualTo(expected);
    assertThat(Vmx.parse(vmx.bytes()).get("new.key")).contains("a \"b\" | c\r\n\t" + (char) 0x2028);
  }

  @Test
  void aCopyIsOnItsOwn() {
    Vmx vmx = new Vmx();
    Vmx copy = vmx.copy();
    copy.putFlag("ctkEnabled", true);
    copy.putNumber("memSize", 4096);

    assertThat(vmx.text()).isEqualTo(".encoding = \"UTF-8\"\n");
    assertThat(copy.text())
        .isEqualTo(".encoding = \"UTF-8\"\nctkEnabled = \"TRUE\"\nmemSize = \"4096\"\n");
  }

  @Test
  void everyLineWrittenHasTheFormThatXenOrchestraReads() {
    Vmx vmx = new Vmx();
    vmx.put("annotation", "two\nlines \"quoted\"\u0085\0");

    assertThat(vmx.text().lines()).allMatch(line -> line.matches("[^=\"]+ = \"[^\"]*\""));
  }

  @Test
  void ofAKeyThatStandsTwiceTheLastCountsAndRemovingTakesBoth() {
    Vmx vmx = Vmx.parse("a = \"1\"\nA = \"2\"\n");

    assertThat(vmx.get("a")).contains("2");
    assertThat(vmx.keys()).containsExactly("A");
    vmx.put("a", "3");
    assertThat(vmx.text()).isEqualTo("a = \"1\"\nA = \"3\"\n");
    vmx.remove("a");
    assertThat(vmx.text()).isEmpty();
  }

  @Test
  void readsLineEndsOfOtherSystemsBlanksAndMissingQuotes() {
    Vmx vmx = Vmx.parse("\uFEFFa=\"1\"\r\n  b   =  2  \r\n\r\n# c = \"3\"\r\nd = \"\"");

    assertThat(vmx.keys()).containsExactly("a", "b", "d");
    assertThat(vmx.get("b")).contains("2");
    assertThat(vmx.get("d")).contains("");
    assertThat(vmx.text()).doesNotContain("\r");
  }

  @ParameterizedTest
  @ValueSource(strings = {"|", "||", "|2", "|zz", "|7", "100 | 200", "a|g0"})
  void aBarWithoutTwoDigitsStandsForItself(String value) {
    assertThat(Vmx.parse("k = \"" + value + "\"").get("k")).contains(value);
  }

  @Test
  void escapedBytesAreUtf8OrElseOneByteACharacter() {
    assertThat(Vmx.parse("k = \"gr|C3|B6|C3|9Fer\"").get("k")).contains("größer");
    assertThat(Vmx.parse("k = \"gr|F6|DFer\"").get("k")).contains("größer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"windows-1252", "GBK", "Shift_JIS", "Big5", "UTF-8"})
  void readsTheEncodingThatTheFileNamesAndWritesUtf8(String encoding) {
    String text = ".encoding = \"" + encoding + "\"\nannotation = \"" + sample(encoding) + "\"\n";
    Vmx vmx = Vmx.parse(text.getBytes(Charset.forName(encoding)));

    assertThat(vmx.get("annotation")).contains(sample(encoding));
    assertThat(vmx.get(".encoding")).contains("UTF-8");
    assertThat(Vmx.parse(vmx.bytes()).get("annotation")).contains(sample(encoding));
  }

  private static String sample(String encoding) {
    return encoding.equals("windows-1252") ? "größer" : "日本";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no equals sign",
        "= \"value\"",
        "key = \"open",
        "key = \"a\" b",
        "key = \"a\"b\"c\""
      })
  void aLineThatIsNoPairIsCorruptAndNamed(String line) {
    assertThatThrownBy(() -> Vmx.parse("ok = \"1\"\n" + line + "\n"))
        .isInstanceOfSatisfying(
            BlockError.class, e -> assertThat(e.kind()).isEqualTo(BlockError.Kind.CORRUPT))
        .hasMessageContaining("Line 2")
        .hasMessageContaining(line);
  }

  @Test
  void hostileBytesHaveNamedFailures() {
    assertKind(BlockError.Kind.NOT_THIS_FORMAT, new byte[] {'K', 'D', 'M', 'V', 0, 0, 0, 1});
    assertKind(BlockError.Kind.CORRUPT, new byte[] {'a', '=', (byte) 0xC3, '"'});
    assertKind(
        BlockError.Kind.CORRUPT, new byte[] {'a', '=', (byte) 0xED, (byte) 0xA0, (byte) 0x80});
    assertKind(BlockError.Kind.CORRUPT, new byte[] {'a', '=', (byte) 0xC0, (byte) 0xAF});
    assertKind(
        BlockError.Kind.UNSUPPORTED, ".encoding = \"klingon\"".getBytes(StandardCharsets.UTF_8));
    assertKind(
        BlockError.Kind.UNSUPPORTED, ".encoding = \"../../etc\"".getBytes(StandardCharsets.UTF_8));
    assertKind(BlockError.Kind.UNSUPPORTED, new byte[(1 << 20) + 1]);
    assertKind(
        BlockError.Kind.CORRUPT,
        ".encoding = \"UTF-16\"\nabc = \"1\"".getBytes(StandardCharsets.UTF_8));
  }

  private static void assertKind(BlockError.Kind kind, byte[] file) {
    assertThatThrownBy(() -> Vmx.parse(file))
        .isInstanceOfSatisfying(BlockError.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", " ", " a", "a ", "a=b", "a\"b", "#a", "a\nb", "a\rb", "a\0b", "\uFEFFa", "\ud800"
      })
  void refusesAKeyThatNoLineCanHold(String key) {
    assertThatThrownBy(() -> new Vmx().put(key, "1")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesToGrowBeyondWhatItWouldRead() {
    Vmx vmx = new Vmx();
    vmx.put("a", "x".repeat(1_000_000));

    assertThatThrownBy(() -> vmx.put("b", "x".repeat(100_000)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> vmx.put("b", "|".repeat(20_000)))
        .isInstanceOf(IllegalArgumentException.class);
    vmx.put("a", "");
    vmx.put("b", "x".repeat(1_000_000));
    vmx.remove("b");
    vmx.put("c", "x".repeat(1_000_000));
    assertThat(Vmx.parse(vmx.bytes()).keys()).containsExactly(".encoding", "a", "c");
  }

  @Test
  void halfACharacterBecomesTheReplacementCharacter() {
    Vmx vmx = new Vmx();
    vmx.put("k", "a\ud83db");

    assertThat(vmx.get("k")).contains("a\uFFFDb");
    assertThat(Vmx.parse(vmx.bytes()).get("k")).contains("a\uFFFDb");
  }
}
