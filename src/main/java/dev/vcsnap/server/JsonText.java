package dev.vcsnap.server;

import dev.vcsnap.store.DataText;
import dev.vcsnap.vijson.VimJson;
import dev.vcsnap.vim.DataObject;
import dev.vcsnap.vim.Release;
import dev.vcsnap.vim.TypeRef;
import java.nio.charset.StandardCharsets;

/** Spells data objects as VI/JSON does, in its newest release. */
public final class JsonText implements DataText {

  private final VimJson json;

  public JsonText(VimJson json) {
    this.json = json;
  }

  @Override
  public String write(DataObject object) {
    return new String(
        json.encode(typeNamed(object.vimType().name()), object, Release.NEWEST),
        StandardCharsets.UTF_8);
  }

  @Override
  public <T extends DataObject> T read(Class<T> type, String text) {
    return type.cast(
        json.decodeKept(typeNamed(type.getSimpleName()), text.getBytes(StandardCharsets.UTF_8)));
  }

  private static TypeRef typeNamed(String name) {
    return new TypeRef(TypeRef.Kind.DATA, name, false);
  }
}
