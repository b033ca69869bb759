package dev.vcsnap.cli.demo;

import java.nio.file.Path;

/**
 * How the demonstration goes.
 *
 * @param image where the backup is written to
 * @param increments how many incremental copies follow the full one, at least one
 * @param ignoreLastChanges true to leave out what the last change query tells, which makes the
 *     backup wrong
 * @param seed decides what the guest writes
 */
public record DemoPlan(Path image, int increments, boolean ignoreLastChanges, long seed) {}
