package dev.vcsnap.storage;

import dev.vcsnap.datastore.StoredFile;
import dev.vcsnap.objects.ManagedObject;

/**
 * What a client's file name means.
 *
 * @param store the datastore as clients see it
 * @param file the file in it, existing or not
 */
public record Located(ManagedObject store, StoredFile file) {}
