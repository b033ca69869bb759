package dev.vcsnap.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * The arrows of the architecture, each with its reason; an arrow points down or to the left, never
 * up.
 */
@AnalyzeClasses(packages = "dev.vcsnap", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String[] BINDINGS = {
    "dev.vcsnap.soap..",
    "dev.vcsnap.vijson..",
    "dev.vcsnap.rest..",
    "dev.vcsnap.pbm..",
    "dev.vcsnap.browse..",
    "dev.vcsnap.nfclease..",
    "dev.vcsnap.nbd.."
  };

  private static final String[] FEATURES = {
    "dev.vcsnap.session..",
    "dev.vcsnap.task..",
    "dev.vcsnap.history..",
    "dev.vcsnap.event..",
    "dev.vcsnap.alarm..",
    "dev.vcsnap.tag..",
    "dev.vcsnap.extension..",
    "dev.vcsnap.field..",
    "dev.vcsnap.schedule..",
    "dev.vcsnap.inventory..",
    "dev.vcsnap.hardware..",
    "dev.vcsnap.property..",
    "dev.vcsnap.snapshot..",
    "dev.vcsnap.quiesce..",
    "dev.vcsnap.guest..",
    "dev.vcsnap.changes..",
    "dev.vcsnap.provision..",
    "dev.vcsnap.lease..",
    "dev.vcsnap.ovf..",
    "dev.vcsnap.storage.."
  };

  @ArchTest
  static final ArchRule ground_is_a_leaf =
      noClasses()
          .that()
          .resideInAPackage("dev.vcsnap.ground..")
          .should()
          .dependOnClassesThat(ours().and(notIn("dev.vcsnap.ground")))
          .because("time and chance come in from below");

  @ArchTest
  static final ArchRule the_engine_stands_alone =
      classes()
          .that()
          .resideInAPackage("dev.vcsnap.disk..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.vcsnap.disk..", "dev.vcsnap.ground..", "java..", "org.jspecify..")
          .because("it can be published, fuzzed and measured without a server");

  @ArchTest
  static final ArchRule the_engine_has_layers =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.vcsnap.disk.block..",
              "dev.vcsnap.disk.io..",
              "dev.vcsnap.disk.vmdk..",
              "dev.vcsnap.disk.cbt..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.vcsnap.disk.chain..", "dev.vcsnap.disk.check..")
          .because("block, io, vmdk, chain, check are built on each other in this order");

  @ArchTest
  static final ArchRule datastore_knows_disk_and_ground_only =
      noClasses()
          .that()
          .resideInAPackage("dev.vcsnap.datastore..")
          .should()
          .dependOnClassesThat(
              ours().and(notIn("dev.vcsnap.datastore", "dev.vcsnap.disk", "dev.vcsnap.ground")))
          .because("paths and files are below what vSphere makes of them");

  @ArchTest
  static final ArchRule the_interface_is_shared_vocabulary =
      classes()
          .that()
          .resideInAPackage("dev.vcsnap.vim..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("dev.vcsnap.vim..", "java..")
          .because("both encodings and all features use it");

  @ArchTest
  static final ArchRule features_are_entered_from_above =
      noClasses()
          .that()
          .resideInAnyPackage(FEATURES)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.vcsnap.call..",
              "dev.vcsnap.admin..",
              "dev.vcsnap.seed..",
              "dev.vcsnap.server..",
              "dev.vcsnap.cli..",
              "dev.vcsnap.store..",
              "dev.vcsnap.soap..",
              "dev.vcsnap.vijson..",
              "dev.vcsnap.rest..",
              "dev.vcsnap.browse..",
              "dev.vcsnap.nfclease..",
              "dev.vcsnap.nbd..")
          .because("a feature does not know who calls it");

  @ArchTest
  static final ArchRule guests_stand_behind_a_port =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.vcsnap.snapshot..", "dev.vcsnap.quiesce..", "dev.vcsnap.inventory..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.vcsnap.guest..")
          .because("a host leads every guest by the same handshake");

  @ArchTest
  static final ArchRule snapshots_are_entered_through_the_method_table =
      noClasses()
          .that()
          .resideInAnyPackage(BINDINGS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.vcsnap.snapshot..", "dev.vcsnap.changes..", "dev.vcsnap.task..")
          .because("a binding encodes and decodes, nothing else");

  @ArchTest
  static final ArchRule encodings_touch_no_bytes =
      noClasses()
          .that()
          .resideInAnyPackage("dev.vcsnap.soap..", "dev.vcsnap.vijson..", "dev.vcsnap.rest..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.vcsnap.disk..", "dev.vcsnap.datastore..")
          .because("there is no byte logic in an encoding");

  @ArchTest
  static final ArchRule disks_and_their_streams_come_from_lease =
      noClasses()
          .that()
          .resideInAnyPackage("dev.vcsnap.nbd..", "dev.vcsnap.nfclease..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.vcsnap.disk.chain..",
              "dev.vcsnap.disk.io..",
              "dev.vcsnap.disk.vmdk..",
              "dev.vcsnap.datastore..",
              "dev.vcsnap.inventory..")
          .because("locks cannot be passed by");

  @ArchTest
  static final ArchRule bindings_do_not_see_each_other =
      slices()
          .matching("dev.vcsnap.(soap|vijson|rest|pbm|browse|nfclease|nbd)..")
          .should()
          .notDependOnEachOther()
          .because("two encodings, no coupling");

  @ArchTest
  static final ArchRule entrances_are_used_by_nobody =
      noClasses()
          .that(ours().and(notIn("dev.vcsnap.cli", "dev.vcsnap.seed", "dev.vcsnap.server")))
          .and()
          .doNotHaveSimpleName("VcsnapApplication")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.vcsnap.cli..", "dev.vcsnap.seed..", "dev.vcsnap.server..")
          .because("they are entrances");

  @ArchTest
  static final ArchRule statements_stay_in_the_store =
      noClasses()
          .that(ours().and(notIn("dev.vcsnap.store")))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.sql..", "org.springframework.jdbc..", "org.flywaydb..", "com.zaxxer..")
          .because("a feature says what it wants kept, not how");

  @ArchTest
  static final ArchRule the_store_is_used_by_the_wiring_only =
      noClasses()
          .that()
          .resideInAnyPackage(BINDINGS)
          .or()
          .resideInAPackage("dev.vcsnap.call..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.vcsnap.store..")
          .because("what is kept is entered through its feature");

  @ArchTest
  static final ArchRule packages_are_free_of_cycles =
      slices().matching("dev.vcsnap.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule engine_packages_are_free_of_cycles =
      slices().matching("dev.vcsnap.disk.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule time_comes_from_the_clock =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.vcsnap.ground.clock..")
          .should()
          .callMethod(java.time.Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .callMethod(Thread.class, "sleep", java.time.Duration.class)
          .because("tests step the clock");

  @ArchTest
  static final ArchRule chance_comes_from_the_dice =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.vcsnap.ground.dice..", "dev.vcsnap.ground.ids..")
          .should()
          .callMethod(java.util.UUID.class, "randomUUID")
          .orShould()
          .callMethod(Math.class, "random")
          .orShould()
          .callConstructor(java.util.Random.class)
          .orShould()
          .callConstructor(java.util.Random.class, long.class)
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom")
          .because("one seed repeats a run");

  @ArchTest
  static final ArchRule files_have_few_doors =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.vcsnap.disk.io..",
              "dev.vcsnap.datastore..",
              "dev.vcsnap.seed..",
              "dev.vcsnap.cli..")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.nio.file.Files")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.nio.channels.FileChannel")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.io.RandomAccessFile")
          .because("what passes a door can be recorded, cut and counted");

  @ArchTest
  static final ArchRule nothing_static_changes =
      fields()
          .that()
          .areStatic()
          .and()
          .areDeclaredInClassesThat(notIn("dev.vcsnap.vim"))
          .should()
          .beFinal()
          .because("several servers run in one JVM");

  @ArchTest
  static final ArchRule spring_stays_at_the_edge =
      noClasses()
          .that()
          .haveSimpleNameNotEndingWith("Configuration")
          .and()
          .haveSimpleNameNotEndingWith("Controller")
          .and()
          .haveSimpleNameNotEndingWith("Advice")
          .and()
          .haveSimpleNameNotEndingWith("Properties")
          .and()
          .haveSimpleNameNotEndingWith("Application")
          .and()
          .areNotAnonymousClasses()
          .should()
          .beAnnotatedWith(
              new DescribedPredicate<>("a Spring annotation") {
                @Override
                public boolean test(com.tngtech.archunit.core.domain.JavaAnnotation<?> annotation) {
                  return annotation.getRawType().getPackageName().startsWith("org.springframework");
                }
              })
          .because("plain classes stay plain");

  @ArchTest
  static final ArchRule names_carry_meaning =
      noClasses()
          .that(ours().and(notIn("dev.vcsnap.vim")))
          .should()
          .haveSimpleNameEndingWith("Impl")
          .orShould()
          .haveSimpleNameEndingWith("Helper")
          .orShould()
          .haveSimpleNameEndingWith("Utils")
          .orShould()
          .haveSimpleNameEndingWith("Manager")
          .orShould()
          .resideInAnyPackage(
              "..util..", "..utils..", "..common..", "..helper..", "..misc..", "..impl..");

  private static DescribedPredicate<JavaClass> ours() {
    return DescribedPredicate.describe(
        "of vcsnap", type -> type.getPackageName().startsWith("dev.vcsnap"));
  }

  private static DescribedPredicate<JavaClass> notIn(String... packages) {
    return DescribedPredicate.describe(
        "outside of " + String.join(", ", packages),
        type -> {
          for (String name : packages) {
            if (type.getPackageName().equals(name)
                || type.getPackageName().startsWith(name + ".")) {
              return false;
            }
          }
          return true;
        });
  }
}
