package dev.vcsnap.lease;

import dev.vcsnap.vim.HttpNfcLeaseManifestEntry;
import dev.vcsnap.vim.HttpNfcLeaseManifestEntryChecksumType;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Counts and digests what one transfer moves: always with SHA-1, and with what was chosen. */
final class Checksums {

  private final HttpNfcLeaseManifestEntryChecksumType chosen;
  private final List<MessageDigest> digests;
  private long bytes;

  Checksums(HttpNfcLeaseManifestEntryChecksumType chosen) {
    this.chosen = chosen;
    this.digests =
        switch (chosen) {
          case sha1 -> List.of(digest("SHA-1"));
          case sha256 -> List.of(digest("SHA-1"), digest("SHA-256"));
        };
  }

  void update(byte[] moved, int offset, int length) {
    for (MessageDigest digest : digests) {
      digest.update(moved, offset, length);
    }
    bytes += length;
  }

  /** What the manifest says of a file; to be asked once, at the end. */
  HttpNfcLeaseManifestEntry entry(String key) {
    List<String> sums =
        digests.stream().map(digest -> HexFormat.of().formatHex(digest.digest())).toList();
    var entry = new HttpNfcLeaseManifestEntry();
    entry.key = key;
    entry.sha1 = sums.getFirst();
    entry.checksum = sums.getLast();
    entry.checksumType = chosen.name();
    entry.size = bytes;
    return entry;
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has it", e);
    }
  }
}
