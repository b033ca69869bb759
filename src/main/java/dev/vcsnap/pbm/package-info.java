/**
 * The storage policy service, as far as clients need it to get on: Terraform asks for its content
 * at every connect, others list the policies and look for datastores that fit one.
 *
 * <p>Its types are not in the vim25 table. There is one policy, which every datastore fits, and
 * nothing that can be changed.
 */
@NullMarked
package dev.vcsnap.pbm;

import org.jspecify.annotations.NullMarked;
