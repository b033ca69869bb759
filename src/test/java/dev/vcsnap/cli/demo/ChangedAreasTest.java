package dev.vcsnap.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ChangedAreasTest {

  private static final JsonMapper JSON = new JsonMapper();

  @Test
  void asksOnWhereAReplyEndsUntilTheWholeDiskIsDescribed() {
    List<Long> asked = new ArrayList<>();
    List<Area> areas =
        ChangedAreas.of(
            300,
            offset -> {
              asked.add(offset);
              return offset == 0
                  ? reply(0, 100, new Area(10, 20), new Area(90, 10))
                  : reply(100, 200, new Area(100, 50), new Area(299, 1));
            });

    assertThat(asked).containsExactly(0L, 100L);
    assertThat(areas)
        .containsExactly(new Area(10, 20), new Area(90, 10), new Area(100, 50), new Area(299, 1));
    assertThat(Area.bytesOf(areas)).isEqualTo(81);
  }

  @Test
  void anEmptyReplyForTheWholeDiskMeansNoChange() {
    assertThat(ChangedAreas.of(300, offset -> reply(0, 300))).isEmpty();
  }

  @Test
  void refusesRepliesThatLeaveAGapOrPassTheEnd() {
    assertRefused(reply(1, 299));
    assertRefused(reply(0, 0));
    assertRefused(reply(0, 301));
    assertRefused(JSON.createObjectNode());
  }

  @Test
  void refusesAreasThatOverlapOrLieOutsideOfTheirReply() {
    assertRefused(reply(0, 300, new Area(10, 20), new Area(29, 1)));
    assertRefused(reply(0, 300, new Area(299, 2)));
    assertRefused(reply(0, 300, new Area(10, 0)));
    assertRefused(reply(0, 300, new Area(10, Long.MAX_VALUE)));
  }

  private static void assertRefused(JsonNode reply) {
    assertThatThrownBy(() -> ChangedAreas.of(300, offset -> reply))
        .isInstanceOf(DemoFailure.class)
        .hasMessageContaining("QueryChangedDiskAreas");
  }

  private static JsonNode reply(long startOffset, long length, Area... areas) {
    var reply = JSON.createObjectNode().put("startOffset", startOffset).put("length", length);
    var extents = reply.putArray("changedArea");
    for (Area area : areas) {
      extents.addObject().put("start", area.start()).put("length", area.length());
    }
    return reply;
  }
}
