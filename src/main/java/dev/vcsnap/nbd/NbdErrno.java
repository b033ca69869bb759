package dev.vcsnap.nbd;

import dev.vcsnap.disk.block.BlockError;

/** The error numbers that NBD allows, and which of them a failure of the disk becomes. */
final class NbdErrno {

  static final int OK = 0;
  static final int EPERM = 1;
  static final int EIO = 5;
  static final int ENOMEM = 12;
  static final int EINVAL = 22;
  static final int ENOSPC = 28;
  static final int EOVERFLOW = 75;
  static final int ENOTSUP = 95;
  static final int ESHUTDOWN = 108;

  private NbdErrno() {}

  /** What a client is told when {@code command} ended in {@code kind}. */
  static int of(BlockError.Kind kind, int command) {
    return switch (kind) {
      case NO_SPACE -> ENOSPC;
      case READ_ONLY, LOCKED -> EPERM;
      case OUT_OF_BOUNDS -> pastTheEnd(command);
      case CLOSED -> ESHUTDOWN;
      case IO, NOT_FOUND, ALREADY_EXISTS, NOT_THIS_FORMAT, CORRUPT, TOO_NEW, UNSUPPORTED -> EIO;
    };
  }

  /** The protocol wants "no space" where bytes were to be put past the end. */
  static int pastTheEnd(int command) {
    return command == Protocol.CMD_WRITE || command == Protocol.CMD_WRITE_ZEROES ? ENOSPC : EINVAL;
  }
}
