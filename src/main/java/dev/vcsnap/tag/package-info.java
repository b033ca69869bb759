/**
 * Tags and their categories, which users attach to objects of the inventory to find them by.
 *
 * <p>They are no part of the vSphere interface itself: clients reach them through the Automation
 * interface.
 */
@NullMarked
package dev.vcsnap.tag;

import org.jspecify.annotations.NullMarked;
