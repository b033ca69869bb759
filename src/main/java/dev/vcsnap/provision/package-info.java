/**
 * The lives of machines: how they come into the inventory, with files of their own or with those
 * that are there, and how they leave it.
 */
@NullMarked
package dev.vcsnap.provision;

import org.jspecify.annotations.NullMarked;
