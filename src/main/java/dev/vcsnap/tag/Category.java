package dev.vcsnap.tag;

import java.util.SortedSet;

/**
 * A kind of tags.
 *
 * @param id a URN
 * @param name unique among categories
 * @param cardinality how many of its tags an object may have
 * @param associableTypes the managed types that its tags fit, such as {@code VirtualMachine}; empty
 *     for all
 */
public record Category(
    String id,
    String name,
    String description,
    Cardinality cardinality,
    SortedSet<String> associableTypes) {}
