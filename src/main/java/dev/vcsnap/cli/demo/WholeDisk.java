package dev.vcsnap.cli.demo;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.OptionalLong;

/** Compares disks by reading every byte of them, holes too. */
final class WholeDisk {

  private static final int PIECE_BYTES = 8 << 20;

  private WholeDisk() {}

  /** The SHA-256 of all its bytes. */
  static String sha256(NbdClient disk, Progress progress) {
    MessageDigest digest = newDigest();
    ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
    for (long at = 0; at < disk.sizeBytes(); at += PIECE_BYTES) {
      read(disk, at, piece);
      progress.advance(piece.remaining());
      digest.update(piece);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The offset of the first byte in which two disks of one size differ. */
  static OptionalLong firstDifference(NbdClient left, NbdClient right) {
    ByteBuffer leftPiece = ByteBuffer.allocate(PIECE_BYTES);
    ByteBuffer rightPiece = ByteBuffer.allocate(PIECE_BYTES);
    for (long at = 0; at < left.sizeBytes(); at += PIECE_BYTES) {
      read(left, at, leftPiece);
      read(right, at, rightPiece);
      int mismatch = leftPiece.mismatch(rightPiece);
      if (mismatch >= 0) {
        return OptionalLong.of(at + mismatch);
      }
    }
    return OptionalLong.empty();
  }

  private static void read(NbdClient disk, long offset, ByteBuffer piece) {
    piece.clear().limit((int) Math.min(PIECE_BYTES, disk.sizeBytes() - offset));
    disk.read(offset, piece);
    piece.flip();
  }

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new DemoFailure("This Java has no SHA-256.", e);
    }
  }
}
