/**
 * Descriptors of machines in the Open Virtualization Format (DMTF DSP0243, version 1), with the
 * additions that vSphere makes to it.
 */
@NullMarked
package dev.vcsnap.ovf;

import org.jspecify.annotations.NullMarked;
