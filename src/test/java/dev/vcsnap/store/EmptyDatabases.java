package dev.vcsnap.store;

import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.ParameterDeclarations;

/** The databases of {@link EachDatabase}, closed after the test. */
final class EmptyDatabases implements ArgumentsProvider {

  @Override
  public Stream<Arguments> provideArguments(
      ParameterDeclarations parameters, ExtensionContext context) {
    var h2 = Named.of("H2", TestDatabase.inMemory());
    Optional<Database> server = PostgresServer.in(context).map(PostgresServer::emptyDatabase);
    return server
        .map(database -> Stream.of(h2, Named.of("PostgreSQL", database)))
        .orElse(Stream.of(h2))
        .map(Arguments::of);
  }
}
