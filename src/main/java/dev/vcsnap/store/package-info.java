/**
 * What a vCenter keeps in its database: an embedded file by default, PostgreSQL by configuration.
 *
 * <p>The features declare what they want kept as small interfaces of their own, which are
 * implemented here: SQL is nowhere else. The datastore's files stay the truth for disks.
 */
@NullMarked
package dev.vcsnap.store;

import org.jspecify.annotations.NullMarked;
