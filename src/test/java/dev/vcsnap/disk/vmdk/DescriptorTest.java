package dev.vcsnap.disk.vmdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DescriptorTest {

  private static final String ESXI =
      """
      # Disk DescriptorFile
      version=1
      encoding="UTF-8"
      CID=22222222
      parentCID=11111111
      isNativeSnapshot="no"
      createType="vmfsSparse"
      parentFileNameHint="VM.vmdk"

      # Extent description
      RW 131072 VMFSSPARSE "VM-000001-delta.vmdk"

      # Change Tracking File
      changeTrackPath="VM-000001-ctk.vmdk"

      # The Disk Data Base\s
      #DDB

      ddb.longContentID = "741a56c9a09190258e814e7e22222222"
      """;

  @Test
  void whatEsxiWritesIsUnderstoodAndWrittenAsItWas() {
    Descriptor descriptor = Descriptor.parse(ESXI);
    assertThat(descriptor.cid()).isEqualTo(0x22222222);
    assertThat(descriptor.parentCid()).isEqualTo(0x11111111);
    assertThat(descriptor.parentFileNameHint()).contains("VM.vmdk");
    assertThat(descriptor.createType()).isEqualTo("vmfsSparse");
    assertThat(descriptor.changeTrackPath()).contains("VM-000001-ctk.vmdk");
    assertThat(descriptor.longContentId()).contains("741a56c9a09190258e814e7e22222222");
    assertThat(descriptor.extents())
        .containsExactly(new ExtentLine("RW", 131072, "VMFSSPARSE", "VM-000001-delta.vmdk", 0));
    assertThat(descriptor.text()).isEqualTo(ESXI.replace("Base \n", "Base\n"));
  }

  @Test
  void carriageReturnsTrailingZerosAndKeysInAnyCaseAreTaken() {
    String text =
        ESXI.replace("\n", " \r\n").replace("parentCID", "parentcid").replace("CID=2", "cid=2")
            + "\0\0\0\0";
    Descriptor descriptor = Descriptor.parse(text);
    assertThat(descriptor.cid()).isEqualTo(0x22222222);
    assertThat(descriptor.parentCid()).isEqualTo(0x11111111);
  }

  @Test
  void keysThatAreNotKnownSurvive() {
    Descriptor descriptor =
        Descriptor.parse(ESXI.replace("ddb.", "digest=\"x\"\nddb.extra = \"7\"\nddb."));
    assertThat(descriptor.text()).contains("digest=\"x\"\n").contains("ddb.extra = \"7\"\n");
  }

  @Test
  void theIdentityIsReadInVmwaresSpacedForm() {
    String spaced = "60 00 C2 90 6f ee 5b 7e-d5 51 99 ed 52 8e b8 b0";
    ExtentLine extent = new ExtentLine("RW", 8, "VMFS", "a-flat.vmdk", 0);
    Descriptor descriptor = Descriptor.ofBase(1, "vmfs", extent, Map.of("ddb.uuid", spaced));
    assertThat(descriptor.uuid()).contains(UUID.fromString("6000c290-6fee-5b7e-d551-99ed528eb8b0"));
  }

  @Test
  void aDeltaStaysBelowOneSectorAndHasNoSecondEqualsSign() {
    ExtentLine extent =
        new ExtentLine("RW", 133143986176L, "SESPARSE", "VM-000001-sesparse.vmdk", 0);
    Descriptor delta =
        Descriptor.ofDelta(7, "VM.vmdk", "seSparse", extent)
            .withContentId(7, "0123456789abcdef0123456700000007")
            .withChangeTracking("VM-000001-ctk.vmdk");
    assertThat(delta.text().length()).isLessThan(512);
    assertThat(delta.text().lines())
        .allSatisfy(line -> assertThat(line.chars().filter(c -> c == '=').count()).isLessThan(2));
    assertThatThrownBy(() -> delta.withParent("a=b.vmdk", 1))
        .isInstanceOf(BlockError.class)
        .hasMessageContaining("a=b.vmdk");
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          # Disk DescriptorFile, # Disk File,          NOT_THIS_FORMAT
          version=1,             version=4,            TOO_NEW
          version=1,             version=x,            CORRUPT
          version=1,             version=0,            CORRUPT
          CID=22222222,          CID=2222222g,         CORRUPT
          parentCID=11111111,    parent=1,             CORRUPT
          createType=,           kind=,                CORRUPT
          RW 131072,             RW many,              CORRUPT
          RW 131072,             RW 99999999999999999999, CORRUPT
          isNativeSnapshot=,     isNativeSnapshot,     CORRUPT
          """)
  void damageHasAName(String right, String wrong, BlockError.Kind kind) {
    assertThatThrownBy(() -> Descriptor.parse(ESXI.replace(right, wrong)))
        .isInstanceOfSatisfying(
            BlockError.class, error -> assertThat(error.kind()).isEqualTo(kind));
  }

  @Property(tries = 500)
  void anyTextIsReadOrRefusedByName(@ForAll String garbage, @ForAll int where) {
    int at = Math.floorMod(where, ESXI.length());
    String text = ESXI.substring(0, at) + garbage + ESXI.substring(at);
    try {
      Descriptor read = Descriptor.parse(text);
      assertThat(Descriptor.parse(read.text()).text()).isEqualTo(read.text());
    } catch (BlockError named) {
      assertThat(named.kind())
          .isIn(BlockError.Kind.NOT_THIS_FORMAT, BlockError.Kind.CORRUPT, BlockError.Kind.TOO_NEW);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"../other/x-flat.vmdk", "/etc/x-flat.vmdk", "below/x-flat.vmdk", "", "."})
  void a_file_of_a_link_lies_beside_its_descriptor(String name) {
    assertThatThrownBy(() -> DescriptorFiles.beside(Path.of("/vms/web/web.vmdk"), name))
        .isInstanceOfSatisfying(
            BlockError.class, error -> assertThat(error.kind()).isEqualTo(Kind.UNSUPPORTED));
  }
}
