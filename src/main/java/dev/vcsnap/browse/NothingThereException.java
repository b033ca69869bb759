package dev.vcsnap.browse;

/** Says that a request names a datacenter, datastore or file that there is not. */
final class NothingThereException extends RuntimeException {

  NothingThereException(String message) {
    super(message);
  }
}
