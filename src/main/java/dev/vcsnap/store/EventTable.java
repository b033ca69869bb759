package dev.vcsnap.store;

import dev.vcsnap.event.EventArchive;
import dev.vcsnap.event.EventFilter;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.vim.Event;
import dev.vcsnap.vim.EventFilterSpec;
import java.sql.Types;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Keeps events in the database: written behind those who post them. */
public final class EventTable implements EventArchive, AutoCloseable {

  /** An event that is spelled longer is not kept. */
  private static final int BODY_CHARS_MAX = 1_000_000;

  private static final int PAGE_ROWS = 500;
  private static final int INSERTS_BETWEEN_PRUNES = 2_000;

  private record Row(Event event, String body) {}

  private final Database database;
  private final DataText text;
  private final Clock clock;
  private final RetentionProperties retention;
  private final WriteBehind<Integer, Event> behind;

  /** Only the writing thread uses it; a first batch prunes what became old while no server ran. */
  private int insertsUntilPrune;

  /** Opens the table; old events are removed as the retention says. */
  public EventTable(Database database, DataText text, Clock clock, RetentionProperties retention) {
    this.database = database;
    this.text = text;
    this.clock = clock;
    this.retention = retention;
    this.behind = new WriteBehind<>("events", this::write);
  }

  @Override
  public void note(Event event) {
    behind.put(event.key, event);
  }

  @Override
  public List<Event> before(long key, int max, EventFilter filter) {
    return find("event_key < :edge", "desc", key, max, filter);
  }

  @Override
  public List<Event> after(long key, int max, EventFilter filter) {
    return find("event_key > :edge", "asc", key, max, filter);
  }

  /** What no column knows is asked of the event itself, a page of rows at a time. */
  private List<Event> find(String edge, String order, long key, int max, EventFilter filter) {
    behind.flush();
    Map<String, Object> values = new HashMap<>();
    String terms = terms(filter.spec(), values);
    List<Event> found = new ArrayList<>();
    long from = key;
    while (found.size() < max) {
      List<Event> page =
          database
              .sql()
              .sql(
                  "select body from event where "
                      + edge
                      + terms
                      + " order by event_key "
                      + order
                      + " limit "
                      + PAGE_ROWS)
              .params(values)
              .param("edge", from)
              .query((row, index) -> text.read(Event.class, row.getString(1)))
              .list();
      page.stream().filter(filter).limit(max - found.size()).forEach(found::add);
      if (page.size() < PAGE_ROWS) {
        break;
      }
      from = page.getLast().key;
    }
    return found;
  }

  private static String terms(EventFilterSpec spec, Map<String, Object> values) {
    var terms = new StringBuilder();
    if (spec.eventChainId != null) {
      terms.append(" and chain_id = :chain");
      values.put("chain", spec.eventChainId);
    }
    if (spec.time != null && spec.time.beginTime != null) {
      terms.append(" and created >= :begin");
      values.put("begin", spec.time.beginTime.atOffset(ZoneOffset.UTC));
    }
    if (spec.time != null && spec.time.endTime != null) {
      terms.append(" and created <= :end");
      values.put("end", spec.time.endTime.atOffset(ZoneOffset.UTC));
    }
    return terms.toString();
  }

  private void write(List<Event> events) {
    List<Row> kept =
        events.stream()
            .map(event -> new Row(event, text.write(event)))
            .filter(row -> row.body().length() <= BODY_CHARS_MAX)
            .toList();
    boolean prunes = insertsUntilPrune <= kept.size();
    database.inTransaction(() -> {
      insert(kept);
      if (prunes) {
        prune();
      }
      return kept.size();
    });
    insertsUntilPrune = prunes ? INSERTS_BETWEEN_PRUNES : insertsUntilPrune - kept.size();
  }

  private void insert(List<Row> rows) {
    database
        .batches()
        .batchUpdate(
            "insert into event (event_key, chain_id, created, body) values (?, ?, ?, ?)",
            rows,
            rows.size() + 1,
            (statement, row) -> {
              Event event = row.event();
              statement.setLong(1, event.key);
              statement.setInt(2, event.chainId);
              statement.setObject(
                  3, event.createdTime.atOffset(ZoneOffset.UTC), Types.TIMESTAMP_WITH_TIMEZONE);
              statement.setString(4, row.body());
            });
  }

  private void prune() {
    database
        .sql()
        .sql("delete from event where created < ?")
        .param(clock.now().minus(retention.events()).atOffset(ZoneOffset.UTC))
        .update();
    database
        .sql()
        .sql(
            "delete from event where event_key <="
                + " (select event_key from event order by event_key desc limit 1 offset ?)")
        .param(retention.eventsMax())
        .update();
  }

  /** Writes what waits; afterwards nothing may be noted. */
  @Override
  public void close() {
    behind.close();
  }
}
