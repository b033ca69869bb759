package dev.vcsnap.guest.simulated;

/**
 * What {@code vssadmin list writers} says of a writer.
 *
 * @param name the writer's name
 * @param id its class
 * @param state e.g. {@code [1] Stable}
 * @param lastError e.g. {@code No error}
 */
public record VssWriterStatus(String name, String id, String state, String lastError) {}
