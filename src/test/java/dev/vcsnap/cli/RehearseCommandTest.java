package dev.vcsnap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RehearseCommandTest {

  @Test
  void one_session_of_a_rehearsal_goes_through() {
    assertThat(VcsnapCommand.run(new String[] {"rehearse", "--seconds", "0"})).isZero();
  }
}
