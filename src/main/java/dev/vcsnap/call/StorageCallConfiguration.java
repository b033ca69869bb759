package dev.vcsnap.call;

import dev.vcsnap.storage.AttachedDisks;
import dev.vcsnap.storage.DatastoreFiles;
import dev.vcsnap.storage.DatastoreSearch;
import dev.vcsnap.storage.FileNames;
import dev.vcsnap.storage.FirstClassDiskProjection;
import dev.vcsnap.storage.FirstClassDisks;
import dev.vcsnap.storage.FirstClassSnapshots;
import dev.vcsnap.storage.VirtualDisks;
import dev.vcsnap.task.TaskService;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Adds the methods that work on datastores to the table. */
@Configuration(proxyBeanMethods = false)
class StorageCallConfiguration {

  @Bean
  StorageCalls storageCalls(FileNames names, TaskService tasks) {
    return new StorageCalls(names, tasks);
  }

  @Bean
  MethodTable.Contributor fileMethods(StorageCalls calls, DatastoreFiles files) {
    return new FileMethods(calls, files);
  }

  @Bean
  MethodTable.Contributor datastoreMethods(
      StorageCalls calls, DatastoreSearch search, DatastoreFiles files) {
    return new DatastoreMethods(calls, search, files);
  }

  @Bean
  MethodTable.Contributor virtualDiskMethods(
      StorageCalls calls, VirtualDisks disks, AttachedDisks attached) {
    return new VirtualDiskMethods(calls, disks, attached);
  }

  @Bean
  MethodTable.Contributor firstClassDiskMethods(
      StorageCalls calls,
      FirstClassDisks disks,
      FirstClassSnapshots snapshots,
      FirstClassDiskProjection projection) {
    return new FirstClassDiskMethods(calls, disks, snapshots, projection);
  }
}
