package dev.vcsnap.datastore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.vcsnap.disk.block.BlockError;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatastoreTest {

  @TempDir Path temp;
  private Path root;
  private Datastore datastore;

  @BeforeEach
  void open() throws IOException {
    Files.writeString(temp.resolve("secret"), "secret");
    datastore = new Datastore("ds", temp.resolve("ds"));
    root = datastore.root();
    Files.createDirectories(root.resolve("vm"));
    Files.writeString(root.resolve("vm/vm.vmx"), "content");
  }

  private static DatastorePath path(String path) {
    return new DatastorePath("ds", path);
  }

  // Names

  @Test
  void namesLeadToFilesAndBack() {
    assertThat(datastore.fileOf(path("vm/vm.vmx"))).isEqualTo(root.resolve("vm/vm.vmx"));
    assertThat(datastore.fileOf(path("./vm//x/../vm.vmx"))).isEqualTo(root.resolve("vm/vm.vmx"));
    assertThat(datastore.fileOf(path(""))).isEqualTo(root);
    assertThat(datastore.nameOf(root.resolve("vm/vm.vmx"))).isEqualTo(path("vm/vm.vmx"));
    assertThat(datastore.nameOf(root.resolve("vm/none/../new"))).isEqualTo(path("vm/new"));
    assertThat(datastore.nameOf(root)).isEqualTo(path(""));
  }

  @Test
  void aNameReachedThroughALinkToTheDatastoreIsFoundToo() throws IOException {
    Files.createSymbolicLink(temp.resolve("alias"), root);

    assertThat(datastore.nameOf(temp.resolve("alias/vm/new.vmdk"))).isEqualTo(path("vm/new.vmdk"));
    assertThat(new Datastore("ds", temp.resolve("alias")).root()).isEqualTo(root);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "..",
        "../secret",
        "vm/../../secret",
        "vm/../../ds2/x",
        "a/b/../../../secret",
        "../ds/../secret",
        "/etc/passwd",
        "//etc/passwd",
        ".vcsnap-uuid",
        "vm/.vcsnap-0.tmp",
        "vm/./../../secret"
      })
  void refusesANameThatLeavesOrIsReserved(String path) {
    DatastorePath hostile = path(path);
    assertThatThrownBy(() -> datastore.fileOf(hostile))
        .isInstanceOf(DatastorePathException.class)
        .hasMessageContaining(hostile.toString());
    assertThatThrownBy(() -> datastore.open(hostile)).isInstanceOf(DatastorePathException.class);
    assertThatThrownBy(() -> datastore.delete(hostile)).isInstanceOf(DatastorePathException.class);
    assertThatThrownBy(() -> datastore.makeDirectory(hostile, true))
        .isInstanceOf(DatastorePathException.class);
    assertThatThrownBy(() -> datastore.write(hostile, InputStream.nullInputStream(), -1))
        .isInstanceOf(DatastorePathException.class);
    assertThat(temp.resolve("secret")).hasContent("secret");
  }

  @Test
  void charactersThatOnlyLookLikeATraversalAreOrdinary() {
    for (String name :
        new String[] {"..%2f..%2fsecret", "...", "..\\..\\secret", "%2e%2e", "a..b", ".hidden"}) {
      assertThat(datastore.fileOf(path(name)).getParent()).isEqualTo(root);
      assertThat(datastore.exists(path(name))).isFalse();
    }
  }

  @Test
  void refusesTooLongNamesAndHalvesOfCharacters() {
    assertThatThrownBy(() -> datastore.fileOf(path("é".repeat(128))))
        .hasMessageContaining("more than 255 bytes");
    assertThatThrownBy(() -> datastore.fileOf(path("a\ud800b")))
        .isInstanceOf(DatastorePathException.class);
  }

  @Test
  void namesMayHaveAnyCharacterThatTheSystemCanSpell() throws IOException {
    assumeTrue(
        "UTF-8".equals(System.getProperty("sun.jnu.encoding")), "needs a UTF-8 locale, skipped");
    DatastorePath name = path("vm/größer 雪 🧊 [x].vmdk");
    datastore.write(name, new ByteArrayInputStream(new byte[3]), 3);

    assertThat(datastore.list(path("vm")))
        .extracting(DatastoreEntry::name)
        .contains("größer 雪 🧊 [x].vmdk");
    assertThat(datastore.nameOf(datastore.fileOf(name))).isEqualTo(name);
  }

  @Test
  void refusesANameOfAnotherDatastore() {
    assertThatThrownBy(() -> datastore.fileOf(new DatastorePath("other", "vm")))
        .isInstanceOf(DatastorePathException.class)
        .hasMessageContaining("[other] vm");
    assertThatThrownBy(() -> datastore.nameOf(temp.resolve("secret")))
        .isInstanceOf(DatastorePathException.class);
    assertThatThrownBy(() -> datastore.nameOf(temp.resolve("ds2/x")))
        .isInstanceOf(DatastorePathException.class);
  }

  // Symbolic links

  @Test
  void refusesLinksThatLeadOut() throws IOException {
    Files.createSymbolicLink(root.resolve("out"), temp.resolve("secret"));
    Files.createSymbolicLink(root.resolve("up"), temp);
    Files.createSymbolicLink(root.resolve("relative"), Path.of("../secret"));
    Files.createSymbolicLink(root.resolve("two"), Path.of("relative"));
    Files.createSymbolicLink(root.resolve("dangling"), temp.resolve("will-be-made"));
    Files.createSymbolicLink(root.resolve("loop"), Path.of("loop"));

    for (String name :
        new String[] {
          "out",
          "up",
          "up/secret",
          "up/new",
          "relative",
          "two",
          "dangling",
          "dangling/x",
          "loop",
          "loop/x"
        }) {
      assertThatThrownBy(() -> datastore.fileOf(path(name)))
          .as(name)
          .isInstanceOf(DatastorePathException.class)
          .hasMessageContaining("symbolic link");
    }
    assertThat(datastore.list(path(""))).extracting(DatastoreEntry::name).containsExactly("vm");
    assertThat(temp.resolve("will-be-made")).doesNotExist();
  }

  @Test
  void followsLinksInside() throws IOException {
    Files.createSymbolicLink(root.resolve("same"), Path.of("vm"));

    assertThat(datastore.exists(path("same/vm.vmx"))).isTrue();
    assertThat(datastore.list(path("")))
        .extracting(DatastoreEntry::name)
        .containsExactly("same", "vm");
  }

  @Test
  void deletingAFolderDeletesItsLinksAndNotWhatTheyPointAt() throws IOException {
    Files.createSymbolicLink(root.resolve("vm/up"), temp);
    Files.createSymbolicLink(root.resolve("vm/file"), temp.resolve("secret"));

    datastore.delete(path("vm"));

    assertThat(root.resolve("vm")).doesNotExist();
    assertThat(temp.resolve("secret")).hasContent("secret");
  }

  // Absolute names

  @Test
  void absoluteNamesCarryTheUuidAndAreFoundAgain() {
    String absolute = datastore.absoluteName(path("vm/vm.vmdk"));

    assertThat(absolute).isEqualTo("/vmfs/volumes/" + datastore.uuid() + "/vm/vm.vmdk");
    assertThat(datastore.find(absolute)).contains(path("vm/vm.vmdk"));
    assertThat(datastore.find("/vmfs/volumes/ds/vm/vm.vmdk")).contains(path("vm/vm.vmdk"));
    assertThat(datastore.find(datastore.url() + "vm/vm.vmdk")).contains(path("vm/vm.vmdk"));
    assertThat(datastore.find("/vmfs/volumes/other/vm/vm.vmdk")).isEmpty();
    assertThat(datastore.find("vm.vmdk")).isEmpty();
    assertThat(datastore.url()).isEqualTo(root + "/");
  }

  @Test
  void theUuidOutlivesANewNameAndAMove() throws IOException {
    String uuid = datastore.uuid();
    assertThat(uuid).matches("[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{12}");

    Files.move(root, temp.resolve("moved"));

    assertThat(new Datastore("renamed", temp.resolve("moved")).uuid()).isEqualTo(uuid);
    assertThat(new Datastore("renamed", temp.resolve("new")).uuid()).isNotEqualTo(uuid);
    assertThat(
            new Datastore("x", temp.resolve("given"), new UUID(1, 2), FileSystemType.VMFS6).uuid())
        .isEqualTo("00000000-00000001-0000-000000000002");
  }

  @Test
  void aDamagedUuidIsNamed() throws IOException {
    Files.writeString(root.resolve(".vcsnap-uuid"), "nonsense");

    assertThatThrownBy(() -> new Datastore("ds", root))
        .isInstanceOfSatisfying(
            BlockError.class, e -> assertThat(e.kind()).isEqualTo(BlockError.Kind.CORRUPT))
        .hasMessageContaining(".vcsnap-uuid");
  }

  @Test
  void tellsItsSpace() {
    assertThat(datastore.capacityBytes()).isPositive();
    assertThat(datastore.freeBytes()).isBetween(0L, datastore.capacityBytes());
  }

  // Content

  @Test
  void listsAFolderByNameWithoutTheServersOwnFiles() throws IOException {
    Files.writeString(root.resolve("vm/.vcsnap-3.tmp"), "left over");
    Files.createDirectory(root.resolve("vm/sub"));
    Files.writeString(root.resolve("vm/b"), "12345");

    assertThat(datastore.list(path("vm")))
        .extracting(DatastoreEntry::name, DatastoreEntry::sizeBytes, DatastoreEntry::directory)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("b", 5L, false),
            org.assertj.core.groups.Tuple.tuple("sub", 0L, true),
            org.assertj.core.groups.Tuple.tuple("vm.vmx", 7L, false));
    assertThat(datastore.list(path(""))).extracting(DatastoreEntry::name).containsExactly("vm");
  }

  @Test
  void missingFilesHaveOneKindOfFailure() {
    for (Runnable attempt :
        new Runnable[] {
          () -> datastore.list(path("none")),
          () -> datastore.list(path("vm/vm.vmx")),
          () -> datastore.open(path("none")),
          () -> datastore.open(path("vm")),
          () -> datastore.delete(path("none")),
          () -> datastore.makeDirectory(path("none/sub"), false)
        }) {
      assertThatThrownBy(attempt::run)
          .isInstanceOfSatisfying(
              BlockError.class, e -> assertThat(e.kind()).isEqualTo(BlockError.Kind.NOT_FOUND));
    }
    assertThat(datastore.exists(path("none"))).isFalse();
    assertThat(datastore.exists(path("vm/vm.vmx/below"))).isFalse();
    assertThat(datastore.entry(path("vm/vm.vmx")).orElseThrow().sizeBytes()).isEqualTo(7);
  }

  @Test
  void readsRanges() throws IOException {
    try (ReadableFile file = datastore.open(path("vm/vm.vmx"))) {
      ByteArrayOutputStream sink = new ByteArrayOutputStream();
      file.copyTo(3, 4, sink);
      ByteBuffer two = ByteBuffer.allocate(2);

      assertThat(sink).hasToString("tent");
      assertThat(file.size()).isEqualTo(7);
      assertThat(file.readAt(5, two)).isEqualTo(2);
      assertThat(file.readAt(7, two.clear())).isEqualTo(-1);
      assertThatThrownBy(() -> file.copyTo(3, 5, sink))
          .isInstanceOfSatisfying(
              BlockError.class, e -> assertThat(e.kind()).isEqualTo(BlockError.Kind.OUT_OF_BOUNDS));
      assertThatThrownBy(() -> file.copyTo(Long.MAX_VALUE, Long.MAX_VALUE, sink))
          .isInstanceOf(BlockError.class);
      assertThatThrownBy(() -> file.readAt(-1, two)).isInstanceOf(BlockError.class);
    }
  }

  @Test
  void aFileThatShrinksWhileItIsReadIsNamedAndAClosedSinkIsTheSinksFailure() throws IOException {
    try (ReadableFile file = datastore.open(path("vm/vm.vmx"))) {
      Files.writeString(root.resolve("vm/vm.vmx"), "con");
      assertThatThrownBy(() -> file.copyTo(0, 7, OutputStream.nullOutputStream()))
          .isInstanceOf(BlockError.class)
          .hasMessageContaining("was cut to 3 bytes");
      OutputStream closed = OutputStream.nullOutputStream();
      closed.close();
      assertThatThrownBy(() -> file.copyTo(0, 3, closed)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void anUploadReplacesTheWholeFileOrNothing() throws IOException {
    assertThat(
            datastore.write(
                path("vm/vm.vmx"), new ByteArrayInputStream(new byte[300_000]), 300_000))
        .isEqualTo(300_000);
    assertThat(root.resolve("vm/vm.vmx")).hasSize(300_000);

    assertThatThrownBy(
            () -> datastore.write(path("vm/vm.vmx"), new ByteArrayInputStream(new byte[10]), 11))
        .isInstanceOf(EOFException.class)
        .hasMessageContaining("10 of 11");
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("connection reset");
          }
        };
    assertThatThrownBy(() -> datastore.write(path("vm/vm.vmx"), broken, -1))
        .isInstanceOf(IOException.class);

    assertThat(root.resolve("vm/vm.vmx")).hasSize(300_000);
    assertThat(root.resolve("vm")).isDirectoryNotContaining("glob:**.tmp");
  }

  @Test
  void anUploadGoesOntoNoFolderAndIntoNone() {
    assertThatThrownBy(() -> datastore.write(path("vm"), InputStream.nullInputStream(), -1))
        .isInstanceOfSatisfying(
            BlockError.class, e -> assertThat(e.kind()).isEqualTo(BlockError.Kind.ALREADY_EXISTS));
    assertThatThrownBy(() -> datastore.write(path(""), InputStream.nullInputStream(), -1))
        .isInstanceOf(BlockError.class);
    assertThatThrownBy(() -> datastore.write(path("none/x"), InputStream.nullInputStream(), -1))
        .isInstanceOfSatisfying(
            BlockError.class, e -> assertThat(e.kind()).isEqualTo(BlockError.Kind.NOT_FOUND));
  }

  @Test
  void everybody_may_ask_for_the_same_folder_at_once() {
    IntStream.range(0, 50)
        .parallel()
        .forEach(i -> datastore.ensureDirectory(path("same/folder/of/all")));
    datastore.ensureDirectory(path("same/folder"));
    assertThat(datastore.list(path("same/folder/of"))).hasSize(1);
  }

  @Test
  void makesAndDeletesFolders() {
    datastore.makeDirectory(path("a/b/c"), true);
    assertThat(root.resolve("a/b/c")).isDirectory();
    assertThatThrownBy(() -> datastore.makeDirectory(path("a/b"), true))
        .isInstanceOfSatisfying(
            BlockError.class, e -> assertThat(e.kind()).isEqualTo(BlockError.Kind.ALREADY_EXISTS));

    datastore.delete(path("a"));
    assertThat(root.resolve("a")).doesNotExist();
    assertThatThrownBy(() -> datastore.delete(path("vm/..")))
        .isInstanceOf(DatastorePathException.class);
    assertThatThrownBy(() -> datastore.delete(path(""))).isInstanceOf(DatastorePathException.class);
    assertThat(root.resolve("vm/vm.vmx")).exists();
  }
}
