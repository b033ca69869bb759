/**
 * The sparse extents of VMware's hosted products: monolithicSparse, and what a streamOptimized file
 * is to a reader that can seek.
 */
@NullMarked
package dev.vcsnap.disk.vmdk.hosted;

import org.jspecify.annotations.NullMarked;
