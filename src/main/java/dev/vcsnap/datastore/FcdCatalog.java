package dev.vcsnap.datastore;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The first class disks of a datastore: the records in its folder {@code fcd}, each replaced as a
 * whole.
 */
public final class FcdCatalog {

  /** Where disks are made that are not told another place. */
  public static final String FOLDER = "fcd";

  private static final String SUFFIX = ".vmfd";
  private static final Pattern ID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  private final Datastore datastore;

  public FcdCatalog(Datastore datastore) {
    this.datastore = datastore;
  }

  /** The disk of that id, if there is one. */
  public Optional<FcdRecord> find(String id) {
    return ID.matcher(id).matches() && datastore.exists(pathOf(id))
        ? Optional.of(read(id))
        : Optional.empty();
  }

  /** All disks, by id. */
  public List<FcdRecord> all() {
    List<FcdRecord> records = new ArrayList<>();
    DatastorePath folder = new DatastorePath(datastore.name(), FOLDER);
    if (datastore.exists(folder)) {
      for (DatastoreEntry entry : datastore.list(folder)) {
        String id = entry.name().replace(SUFFIX, "");
        if (entry.name().endsWith(SUFFIX) && ID.matcher(id).matches()) {
          records.add(read(id));
        }
      }
    }
    return records;
  }

  /** Keeps a record in the place of the one of its id, durably. */
  public void save(FcdRecord record) {
    DatastorePath path = pathOf(record.id());
    datastore.ensureDirectory(path.folder());
    datastore.files().replace(datastore.fileOf(path), record.bytes());
  }

  /** Forgets a disk; its files stay. */
  public void remove(String id) {
    datastore.files().delete(datastore.fileOf(pathOf(id)));
  }

  private FcdRecord read(String id) {
    return FcdRecord.parse(SmallFile.read(datastore.fileOf(pathOf(id)), KeyValueText.BYTES_MAX));
  }

  private DatastorePath pathOf(String id) {
    return new DatastorePath(datastore.name(), FOLDER + "/" + id + SUFFIX);
  }
}
