package dev.vcsnap.lease;

import dev.vcsnap.vim.HttpNfcLeaseManifestEntry;
import dev.vcsnap.vim.HttpNfcLeaseManifestEntryChecksumType;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/** Counts and digests what one transfer moves: always with SHA-1, and with what was chosen. */
final class Checksums {

  private final Map<HttpNfcLeaseManifestEntryChecksumType, MessageDigest> digests =
      new EnumMap<>(HttpNfcLeaseManifestEntryChecksumType.class);
  private long bytes;

  Checksums(Set<HttpNfcLeaseManifestEntryChecksumType> chosen) {
    digests.put(HttpNfcLeaseManifestEntryChecksumType.sha1, digest("SHA-1"));
    if (chosen.contains(HttpNfcLeaseManifestEntryChecksumType.sha256)) {
      digests.put(HttpNfcLeaseManifestEntryChecksumType.sha256, digest("SHA-256"));
    }
  }

  void update(byte[] moved, int offset, int length) {
    for (MessageDigest digest : digests.values()) {
      digest.update(moved, offset, length);
    }
    bytes += length;
  }

  /** What came out; to be asked once. */
  Sums end() {
    Map<HttpNfcLeaseManifestEntryChecksumType, String> sums =
        new EnumMap<>(HttpNfcLeaseManifestEntryChecksumType.class);
    digests.forEach((type, digest) -> sums.put(type, HexFormat.of().formatHex(digest.digest())));
    return new Sums(sums, bytes);
  }

  /** The sums of a transfer that came to its end. */
  record Sums(Map<HttpNfcLeaseManifestEntryChecksumType, String> byType, long bytes) {

    /** What the manifest says of a file. */
    HttpNfcLeaseManifestEntry entry(String key, HttpNfcLeaseManifestEntryChecksumType chosen) {
      var entry = new HttpNfcLeaseManifestEntry();
      entry.key = key;
      entry.sha1 = byType.getOrDefault(HttpNfcLeaseManifestEntryChecksumType.sha1, "");
      entry.checksum = byType.getOrDefault(chosen, "");
      entry.checksumType = chosen.name();
      entry.size = bytes;
      return entry;
    }
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has it", e);
    }
  }
}
