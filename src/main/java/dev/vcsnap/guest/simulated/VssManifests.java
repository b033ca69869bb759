package dev.vcsnap.guest.simulated;

import dev.vcsnap.quiesce.VssOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The archive that a Windows guest hands over: the backup components document and, where writers
 * took part, a document of each (rule A48). What is in them is shortened.
 */
final class VssManifests {

  /** Zip has no time zone; one time makes the same archive each time. */
  private static final LocalDateTime TIME = LocalDateTime.of(2026, 1, 1, 0, 0);

  private static final String[] TYPES = {
    "undefined", "full", "incremental", "differential", "log", "copy", "other"
  };

  private VssManifests() {}

  static byte[] zip(VssOptions options, boolean withWriters) {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes, StandardCharsets.UTF_8)) {
      put(zip, "backup.xml", components(options, withWriters));
      if (withWriters) {
        for (VssWriter writer : VssWriter.ALL) {
          put(zip, writer.id() + ".xml", metadata(writer));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void put(ZipOutputStream zip, String name, String text) throws IOException {
    var entry = new ZipEntry(name);
    entry.setTimeLocal(TIME);
    zip.putNextEntry(entry);
    zip.write(text.getBytes(StandardCharsets.UTF_8));
    zip.closeEntry();
  }

  private static String components(VssOptions options, boolean withWriters) {
    var text = new StringBuilder();
    text.append(
        """
        <?xml version="1.0"?>
        <BACKUP_COMPONENTS xmlns="x-schema:#VssComponentMetadata" version="1.2" \
        bootableSystemStateBackup="%s" selectComponents="yes" backupType="%s" \
        partialFileSupport="%s">
        """
            .formatted(
                yes(options.bootableSystemState()),
                TYPES[options.backupType()],
                yes(options.partialFileSupport())));
    if (withWriters) {
      for (VssWriter writer : VssWriter.ALL) {
        text.append(
            """
              <WRITER_COMPONENTS writerId="%s" instanceId="%s">
                <COMPONENT componentName="%s" componentType="filegroup" \
            backupSucceeded="yes"/>
              </WRITER_COMPONENTS>
            """
                .formatted(bare(writer.id()), bare(writer.id()), writer.component()));
      }
    }
    return text.append("</BACKUP_COMPONENTS>\n").toString();
  }

  private static String metadata(VssWriter writer) {
    return """
    <?xml version="1.0"?>
    <WRITER_METADATA xmlns="x-schema:#VssWriterMetadataInfo" version="1.1">
      <IDENTIFICATION writerId="%s" instanceId="%s" friendlyName="%s" usage="USER_DATA" \
    dataSource="OTHER"/>
      <BACKUP_LOCATIONS>
        <FILE_GROUP componentName="%s"/>
      </BACKUP_LOCATIONS>
    </WRITER_METADATA>
    """
        .formatted(bare(writer.id()), bare(writer.id()), writer.name(), writer.component());
  }

  private static String yes(boolean value) {
    return value ? "yes" : "no";
  }

  private static String bare(String id) {
    return id.substring(1, id.length() - 1);
  }
}
