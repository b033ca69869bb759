package dev.vcsnap.datastore;

/**
 * One file of a machine, as {@code layoutEx} lists it.
 *
 * @param path its datastore path
 * @param type what it is to the machine
 * @param sizeBytes its length
 */
public record VmFile(DatastorePath path, VmFileType type, long sizeBytes) {}
