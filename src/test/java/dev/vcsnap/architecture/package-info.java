/** What holds of the tree as a whole. */
package dev.vcsnap.architecture;
