/**
 * Who may do what: roles of privileges, permissions that give them to users and groups on objects,
 * and what these come to for one caller.
 *
 * <p>Whether a call may be made is asked in {@code call}, whether a property may be read in {@code
 * property}; both ask here.
 */
@NullMarked
package dev.vcsnap.rights;

import org.jspecify.annotations.NullMarked;
