package dev.vcsnap.guest.simulated.disk;

import java.nio.ByteBuffer;
import java.util.Map;

/**
 * Blocks that change together.
 *
 * @param number counted up by one from 1
 * @param images what the blocks become, by their home
 * @param next where the journal goes on after it, in blocks from its start
 */
record Transaction(long number, Map<Long, ByteBuffer> images, int next) {}
