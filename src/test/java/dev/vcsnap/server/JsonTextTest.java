package dev.vcsnap.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.vijson.VimJson;
import dev.vcsnap.vim.LocalizedMethodFault;
import dev.vcsnap.vim.SystemError;
import dev.vcsnap.vim.TaskInfo;
import org.junit.jupiter.api.Test;

class JsonTextTest {

  @Test
  void what_was_kept_is_read_again_though_a_required_member_is_missing() {
    var text = new JsonText(new VimJson());
    var kept = new TaskInfo();
    kept.key = "task-1";
    kept.error = new LocalizedMethodFault();
    kept.error.fault = new SystemError();
    kept.error.localizedMessage = "without a reason";

    TaskInfo read = text.read(TaskInfo.class, text.write(kept));

    assertThat(read.key).isEqualTo("task-1");
    assertThat(read.error.fault).isInstanceOf(SystemError.class);
    assertThat(read.error.localizedMessage).isEqualTo("without a reason");
  }
}
