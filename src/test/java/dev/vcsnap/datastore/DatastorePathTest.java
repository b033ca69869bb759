package dev.vcsnap.datastore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatastorePathTest {

  @Test
  void readsTheDatastoreAndThePath() {
    DatastorePath path = DatastorePath.parse("[LocalDS_0] DC0_H0_VM0/DC0_H0_VM0.vmx");

    assertThat(path).isEqualTo(new DatastorePath("LocalDS_0", "DC0_H0_VM0/DC0_H0_VM0.vmx"));
    assertThat(path).hasToString("[LocalDS_0] DC0_H0_VM0/DC0_H0_VM0.vmx");
    assertThat(path.fileName()).isEqualTo("DC0_H0_VM0.vmx");
    assertThat(path.folder()).hasToString("[LocalDS_0] DC0_H0_VM0");
    assertThat(path.folder().folder()).hasToString("[LocalDS_0]");
    assertThat(path.sibling("a.vmdk")).hasToString("[LocalDS_0] DC0_H0_VM0/a.vmdk");
    assertThat(path.folder().folder().resolve("x")).hasToString("[LocalDS_0] x");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[ds]", "[ds] ", "[ds] /", "[ds]/"})
  void readsTheRootHoweverItIsSpelt(String text) {
    assertThat(DatastorePath.parse(text).isRoot()).isTrue();
    assertThat(DatastorePath.parse(text)).hasToString("[ds]");
  }

  @Test
  void aFolderHasOneNameWithAndWithoutItsSlash() {
    assertThat(DatastorePath.parse("[ds] a/b/")).isEqualTo(DatastorePath.parse("[ds] a/b"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ds",
        "ds/file",
        "[ds",
        "ds] x",
        " [ds] x",
        "[] x",
        "[ ] x",
        "[a[b] x",
        "[ds] a\0b"
      })
  void refusesWhatIsNoDatastorePathAndNamesIt(String text) {
    assertThatThrownBy(() -> DatastorePath.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + text.replace("\0", "\\u0000") + "\"");
  }

  @Test
  void theMessageOfARefusalStaysShortAndPrintable() {
    assertThatThrownBy(() -> DatastorePath.parse("\u001b[31m" + "x".repeat(100_000)))
        .hasMessageContaining("\\u001b")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(500));
  }

  @Property
  void whatIsReadIsSpeltSoThatItReadsTheSame(@ForAll String text) {
    try {
      DatastorePath path = DatastorePath.parse(text);
      assertThat(DatastorePath.parse(path.toString())).isEqualTo(path);
    } catch (DatastorePathException e) {
      assertThat(e.path()).isNotNull();
    }
  }
}
