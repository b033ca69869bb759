/**
 * The QEMU guest agent as an agent for snapshots: a virtual machine monitor connects its channel.
 * Nothing that it says is trusted.
 */
@NullMarked
package dev.vcsnap.guest.qga;

import org.jspecify.annotations.NullMarked;
