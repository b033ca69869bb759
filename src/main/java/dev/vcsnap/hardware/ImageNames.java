package dev.vcsnap.hardware;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.datastore.DatastorePath;
import org.jspecify.annotations.Nullable;

/**
 * The two names of a file that a drive or a port has: clients write {@code [ds] images/x.iso}, and
 * a configuration has an absolute name, as libvirt demands of one in another folder.
 *
 * <p>A file of no datastore is {@code [] /usr/lib/x.iso} to clients. What is of another datastore
 * keeps the client's name.
 */
record ImageNames(Datastore datastore) {

  private static final String NO_DATASTORE = "[] /";

  /** How the configuration names what a client named; nothing is empty. */
  String inConfiguration(@Nullable String wanted) {
    if (wanted == null) {
      return "";
    }
    if (wanted.startsWith(NO_DATASTORE)) {
      return wanted.substring(NO_DATASTORE.length() - 1);
    }
    if (!wanted.startsWith("[" + datastore.name() + "]")) {
      return wanted;
    }
    return datastore.absoluteName(DatastorePath.parse(wanted));
  }

  /** How clients name what the configuration names. */
  String forClients(String name) {
    if (!name.startsWith("/")) {
      return name;
    }
    return datastore.find(name).map(DatastorePath::toString).orElse("[] " + name);
  }
}
