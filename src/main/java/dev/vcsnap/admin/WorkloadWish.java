package dev.vcsnap.admin;

import org.jspecify.annotations.Nullable;

/**
 * The workload that is wanted.
 *
 * @param node the disk to write; the machine's first one if it is left out
 * @param stepsPerSecond how many writes or changes of files a second; 10 if it is left out
 */
record WorkloadWish(@Nullable String node, @Nullable Integer stepsPerSecond) {}
