/** Keeps simulated guests at work on their disks, where somebody asked for it. */
@NullMarked
package dev.vcsnap.guest.workload;

import org.jspecify.annotations.NullMarked;
