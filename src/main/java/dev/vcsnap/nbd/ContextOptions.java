package dev.vcsnap.nbd;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.lease.DiskExport;
import dev.vcsnap.lease.DiskExports;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Answers what metadata contexts an export has, and remembers which ones the client selected. */
final class ContextOptions {

  /** Each may cost a look into a change map's file. */
  private static final int QUERIES_MAX = 64;

  private final DiskExports exports;
  private final OptionReplies replies;
  private final ChoiceLimit limit;

  /** The export for which contexts were selected, and their names; the place of each is its id. */
  private String selectedFor = "";

  private List<String> selected = List.of();

  ContextOptions(DiskExports exports, OptionReplies replies, ChoiceLimit limit) {
    this.exports = exports;
    this.replies = replies;
    this.limit = limit;
  }

  /** Forgets what was selected. */
  void forget() {
    selected = List.of();
  }

  /**
   * The contexts of an export that the client selected for it by that name.
   *
   * @throws BlockError NOT_FOUND when one of them is not there any more
   */
  List<MetaContext> of(DiskExport export, String name) {
    if (!name.equals(selectedFor)) {
      return List.of();
    }
    var contexts = new MetaContexts(export);
    List<MetaContext> found = new ArrayList<>();
    for (String each : selected) {
      found.add(
          contexts
              .find(each)
              .orElseThrow(() ->
                  new BlockError(
                      BlockError.Kind.NOT_FOUND,
                      "\"%s\" of export \"%s\" is gone".formatted(each, name))));
    }
    return found;
  }

  /** Answers LIST_META_CONTEXT or SET_META_CONTEXT. */
  void answer(int option, OptionData data, Headers headers)
      throws IOException, OptionData.Malformed {
    boolean set = option == Protocol.OPT_SET_META_CONTEXT;
    if (set) {
      forget();
    }
    String name = data.string();
    List<String> queries = new ArrayList<>();
    for (int left = data.count(Integer.BYTES); left > 0; left--) {
      queries.add(data.string());
    }
    data.end();
    if (queries.size() > QUERIES_MAX) {
      throw new OptionData.Malformed("%d queries are too many".formatted(queries.size()));
    }
    if (!headers.chunked()) {
      throw new OptionData.Malformed("structured replies have to be agreed on first");
    }
    List<String> found;
    try {
      found = find(name, queries, set);
    } catch (BlockError e) {
      replies.refusal(option, e);
      return;
    }
    if (set) {
      selectedFor = name;
      selected = found;
    }
    for (int i = 0; i < found.size(); i++) {
      replies.context(option, set ? i + 1 : 0, found.get(i));
    }
    replies.ack(option);
  }

  private List<String> find(String export, List<String> queries, boolean set) {
    limit.hold();
    try (DiskExport opened = exports.open(export)) {
      return names(new MetaContexts(opened), queries, set);
    } finally {
      limit.goOn();
    }
  }

  private static List<String> names(MetaContexts contexts, List<String> queries, boolean set) {
    if (set) {
      return queries.stream()
          .distinct()
          .map(contexts::find)
          .flatMap(Optional::stream)
          .map(MetaContext::name)
          .limit(Protocol.CONTEXTS_MAX)
          .toList();
    }
    if (queries.isEmpty()) {
      return contexts.all().stream().map(MetaContext::name).toList();
    }
    return queries.stream()
        .flatMap(query -> contexts.matching(query).stream())
        .map(MetaContext::name)
        .distinct()
        .toList();
  }
}
