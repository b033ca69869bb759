/**
 * What all deltas with grain tables have in common: tables in memory, new slots, and the order in
 * which a flush makes them durable. A format tells how it all looks in the file.
 */
@NullMarked
package dev.vcsnap.disk.vmdk.sparse;

import org.jspecify.annotations.NullMarked;
