/**
 * The devices of a virtual machine: how they stand in a {@code .vmx}, how clients see them, and
 * what a client's device changes do to both.
 */
@NullMarked
package dev.vcsnap.hardware;

import org.jspecify.annotations.NullMarked;
