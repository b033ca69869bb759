package dev.vcsnap.admin;

import dev.vcsnap.guest.simulated.VssWriterStatus;
import java.util.List;

/** Writes what {@code vssadmin} prints, line by line, since scripts parse it. */
final class VssAdminPage {

  private static final String HEAD =
      """
      vssadmin 1.1 - Volume Shadow Copy Service administrative command-line tool
      (C) Copyright 2001-2013 Microsoft Corp.

      """;

  private VssAdminPage() {}

  static String writers(List<VssWriterStatus> writers) {
    var page = new StringBuilder(HEAD);
    for (VssWriterStatus writer : writers) {
      page.append(
          """
          Writer name: '%s'
             Writer Id: %s
             Writer Instance Id: %s
             State: %s
             Last error: %s

          """
              .formatted(
                  writer.name(), writer.id(), writer.id(), writer.state(), writer.lastError()));
    }
    return page.toString();
  }

  static String providers() {
    return HEAD
        + """
        Provider name: 'Microsoft Software Shadow Copy provider 1.0'
           Provider type: System
           Provider Id: {b5946137-7b9f-4925-af80-51abd60b20d5}
           Version: 1.0.0.7

        Provider name: 'VMware Snapshot Provider'
           Provider type: Software
           Provider Id: {564d7761-7265-2056-5353-2050726f7669}
           Version: 12.2.0

        """;
  }
}
