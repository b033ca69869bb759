package dev.vcsnap.store;

import dev.vcsnap.alarm.AlarmArchive;
import dev.vcsnap.datastore.DataDirectory;
import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.event.EventArchive;
import dev.vcsnap.extension.KeptExtensions;
import dev.vcsnap.field.KeptFields;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.ids.NumberKeeper;
import dev.vcsnap.inventory.Personality;
import dev.vcsnap.inventory.Product;
import dev.vcsnap.inventory.Registrations;
import dev.vcsnap.rights.RightsKeeper;
import dev.vcsnap.schedule.ScheduleArchive;
import dev.vcsnap.schedule.WakeUps;
import dev.vcsnap.tag.KeptTags;
import dev.vcsnap.task.TaskArchive;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Opens the database: the one that {@code spring.datasource.url} names, or a file of the server.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RetentionProperties.class)
class StoreConfiguration {

  /** How late a due time may be noticed. */
  private static final Duration WAKE_UP_LATE = Duration.ofSeconds(1);

  @Bean
  Database database(DataDirectory data, DataSourceProperties properties, Personality personality) {
    String url = properties.getUrl();
    return Database.open(
        url == null
            ? DatabaseAddress.embedded(data.serverFile(fileName(personality)))
            : DatabaseAddress.of(url, properties.getUsername(), properties.getPassword()));
  }

  /** A host keeps an inventory of its own, with other ids, of the same machines. */
  private static String fileName(Personality personality) {
    return personality.product() == Product.ESXI ? "database-esxi" : "database";
  }

  @Bean(destroyMethod = "")
  DataSource dataSource(Database database) {
    return database.dataSource();
  }

  @Bean
  NumberKeeper numberKeeper(Database database) {
    return new NumberTable(database);
  }

  @Bean
  RightsKeeper rightsKeeper(Database database) {
    return new RightsTables(database);
  }

  @Bean
  TaskArchive taskArchive(
      Database database, DataText text, Clock clock, RetentionProperties retention) {
    return new TaskTable(database, text, clock, retention);
  }

  @Bean
  EventArchive eventArchive(
      Database database, DataText text, Clock clock, RetentionProperties retention) {
    return new EventTable(database, text, clock, retention);
  }

  @Bean
  ScheduleArchive scheduleArchive(Database database, DataText text) {
    return new ScheduleTable(database, text);
  }

  @Bean
  AlarmArchive alarmArchive(Database database, DataText text) {
    return new AlarmTable(database, text);
  }

  /** Closed by the server's own stop order, before the tasks end. */
  @Bean(destroyMethod = "")
  WakeUps wakeUps(Database database, Clock clock) {
    return new WakeUpTable(database.dataSource(), clock, WAKE_UP_LATE);
  }

  @Bean
  Registrations registrations(Database database, Datastore datastore, Personality personality) {
    String host = personality.product() == Product.ESXI ? " as a host" : "";
    return new RegistrationTables(database, datastore.uuid() + host);
  }

  @Bean
  KeptTags keptTags(Database database) {
    return new TagTables(database);
  }

  @Bean
  KeptExtensions keptExtensions(Database database, DataText text) {
    return new ExtensionTable(database, text);
  }

  @Bean
  KeptFields keptFields(Database database) {
    return new FieldTables(database);
  }
}
