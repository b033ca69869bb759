import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.MergeProgress;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.disk.chain.PreparedFork;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.disk.convert.DiskConverter;
import dev.vcsnap.disk.vmdk.DeltaKind;
import dev.vcsnap.disk.vmdk.streamoptimized.StreamWriter;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * One disk, what it should read as, and what was made of it. {@link #show} names all of them with
 * their checksums to the readers at the other end of the pipe, and waits until they have read.
 */
final class Disks {

  private static final BufferedReader ANSWERS =
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

  private final Path directory;
  private final DeltaKind kind;
  private final String name;
  private final Random random;
  private final Ids ids;
  final DiskFactory factory;
  private final Map<Path, Model> still = new LinkedHashMap<>();
  private Model model;
  private RunningDisk disk;
  private int lastNumber;

  Disks(Path directory, DeltaKind kind, String name, long sectors, boolean thin) {
    this.directory = directory;
    this.kind = kind;
    this.name = name;
    this.random = new Random(sectors);
    this.ids = new Ids(new Dice(sectors));
    this.factory = new DiskFactory(ids, new SystemClock());
    this.model = new Model(sectors * 512);
    Path base = directory.resolve(name + ".vmdk");
    factory.createFlat(base, sectors * 512, thin);
    open(base);
  }

  private void open(Path leaf) {
    disk = factory.open(leaf, OpenMode.READ_WRITE);
  }

  RunningDisk disk() {
    return disk;
  }

  long sizeBytes() {
    return model.sizeBytes();
  }

  // ---- bytes

  /** Random bytes anywhere. */
  void scatter(int count, int mostBytes) {
    for (int i = 0; i < count; i++) {
      int length = (int) Math.min(1 + random.nextInt(mostBytes), sizeBytes());
      write(random.nextLong(sizeBytes() - length + 1), length);
    }
  }

  void write(long offset, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    disk.writeAt(offset, ByteBuffer.wrap(bytes));
    model.write(offset, bytes);
  }

  /** Zeros as data, which a format may store or only record. */
  void writeZeros(long offset, int length) {
    disk.writeAt(offset, ByteBuffer.allocate(length));
    model.write(offset, new byte[length]);
  }

  void zero(long offset, int length) {
    disk.writeZeroesAt(offset, length);
    model.write(offset, new byte[length]);
  }

  void discard(long offset, int length) {
    disk.discardAt(offset, length);
    model.write(offset, new byte[length]);
  }

  // ---- the chain

  private Path next() {
    return directory.resolve("%s-%06d.vmdk".formatted(name, ++lastNumber));
  }

  /** Freezes the leaf and returns it. */
  Path fork() {
    Path frozen = disk.leaf();
    PreparedFork fork = disk.prepareFork(next(), kind);
    fork.closeGate();
    fork.commit();
    fork.openGate();
    still.put(frozen, model.copy());
    return frozen;
  }

  List<Path> links() {
    return disk.links();
  }

  /** Merges a link of the running chain into its parent. */
  void commit(int number) {
    List<Path> links = links();
    disk.commit(links.get(number), MergeProgress.unwatched());
    merged(links.get(number - 1), links.subList(number, number + 1));
  }

  void commitInto(int number) {
    List<Path> links = links();
    disk.commitInto(links.get(number), MergeProgress.unwatched());
    merged(links.get(number), links.subList(number + 1, links.size()));
  }

  /** Merges a link of another branch into its parent. */
  void commitBranch(Path child, Path parent, List<Path> children) {
    factory.commitClosed(child, children, MergeProgress.unwatched());
    merged(parent, List.of(child));
  }

  private void merged(Path survivor, List<Path> gone) {
    Model content = still.get(gone.getLast());
    still.remove(survivor);
    gone.forEach(still::remove);
    if (content != null) {
      still.put(survivor, content);
    }
  }

  /** Goes on from another link on a new leaf; the old leaf stays, and is returned. */
  Path revert(Path target) {
    Path abandoned = disk.leaf();
    Path leaf = next();
    factory.createDelta(leaf, target, kind);
    disk.switchTo(leaf);
    still.put(abandoned, model);
    model = still.get(target).copy();
    return abandoned;
  }

  void delete(Path link) {
    factory.delete(link);
    still.remove(link);
  }

  void grow(long newSectors) {
    disk.grow(newSectors * 512);
    model = model.grown(newSectors * 512);
  }

  // ---- other forms

  Path toFlat(Path source, boolean thin) {
    Path target = directory.resolve(stem(source) + (thin ? "-thin.vmdk" : "-thick.vmdk"));
    // A converter reads the files, as another process would.
    disk.flush();
    converter().toFlat(source, target, thin, (done, total) -> {});
    still.put(target, contentOf(source));
    return target;
  }

  Path toStream(Path source) {
    Path target = directory.resolve(stem(source) + "-stream.vmdk");
    disk.flush();
    converter().toStream(source, target, (done, total) -> {});
    still.put(target, contentOf(source));
    return target;
  }

  private DiskConverter converter() {
    return new DiskConverter(ids, new SystemClock(), new StreamWriter());
  }

  private Model contentOf(Path source) {
    return source.equals(disk.leaf()) ? model.copy() : still.get(source);
  }

  private static String stem(Path path) {
    String file = path.getFileName().toString();
    return file.substring(0, file.length() - ".vmdk".length());
  }

  // ---- what the readers see

  void close() {
    disk.close();
  }

  /** Shows every link and everything that was made of the disk. */
  void show(String step) throws IOException {
    List<Path> all = new ArrayList<>(still.keySet());
    all.add(disk.leaf());
    show(step, all);
  }

  /** Shows some of them, while the disk is open. */
  void show(String step, List<Path> paths) throws IOException {
    disk.flush();
    tell(step, paths);
  }

  /** Shows every link as a stopped server leaves them, and goes on. */
  void showClosed(String step) throws IOException {
    List<Path> all = new ArrayList<>(still.keySet());
    all.add(disk.leaf());
    showClosed(step, all);
  }

  void showClosed(String step, List<Path> paths) throws IOException {
    Path leaf = disk.leaf();
    disk.close();
    tell(step, paths, leaf);
    open(leaf);
  }

  private void tell(String step, List<Path> paths) throws IOException {
    tell(step, paths, disk.leaf());
  }

  private void tell(String step, List<Path> paths, Path leaf) throws IOException {
    String disks =
        paths.stream()
            .map(path -> (path.equals(leaf) ? model : still.get(path)).json(path))
            .collect(Collectors.joining(","));
    System.out.println("{\"step\":\"%s\",\"disks\":[%s]}".formatted(step, disks));
    System.out.flush();
    if (ANSWERS.readLine() == null) {
      throw new IOException("nobody reads");
    }
  }
}
