package dev.vcsnap.server;

import java.util.ArrayList;
import java.util.List;

/**
 * How programs collect the changed areas of a disk, each in its own way: how it goes on, when it
 * stops, what it insists on, and how it makes its first copy. Read from their sources in 2026.
 */
enum ChangedAreaClient {

  /** KubeVirt's importer asks on until a reply is empty or reaches the end. */
  CDI(false) {
    @Override
    List<Area> changed(Question question, String changeId, long capacity) throws Exception {
      List<Area> areas = new ArrayList<>();
      long offset = 0;
      while (true) {
        Reply reply = question.ask(offset, changeId);
        areas.addAll(reply.areas());
        offset = reply.startOffset() + reply.length();
        if (reply.areas().isEmpty() || offset >= capacity) {
          return areas;
        }
      }
    }
  },

  /** The same importer between two snapshots asks from 0 for ever, unless one reply is all. */
  CDI_BETWEEN_SNAPSHOTS(false) {
    @Override
    List<Area> changed(Question question, String changeId, long capacity) throws Exception {
      Reply reply = question.ask(0, changeId);
      if (reply.startOffset() + reply.length() < capacity) {
        throw new NeedsOneReply();
      }
      return reply.areas();
    }
  },

  /** migratekit stops only where a reply ends exactly at the capacity. */
  MIGRATEKIT(false) {
    @Override
    List<Area> changed(Question question, String changeId, long capacity) throws Exception {
      require(changeId.split("/", -1).length == 2, "a change id of two parts: " + changeId);
      List<Area> areas = new ArrayList<>();
      long offset = 0;
      while (true) {
        require(offset < capacity, "a reply that ends at " + capacity + ", not at " + offset);
        Reply reply = question.ask(offset, changeId);
        areas.addAll(reply.areas());
        if (reply.startOffset() + reply.length() == capacity) {
          return areas;
        }
        offset = reply.startOffset() + reply.length();
      }
    }
  },

  /** vjailbreak adds up the lengths, and stops at an empty reply or when they are the capacity. */
  VJAILBREAK(false) {
    @Override
    List<Area> changed(Question question, String changeId, long capacity) throws Exception {
      List<Area> areas = new ArrayList<>();
      long covered = 0;
      while (covered < capacity) {
        Reply reply = question.ask(covered, changeId);
        if (reply.areas().isEmpty()) {
          break;
        }
        areas.addAll(reply.areas());
        covered += reply.length();
      }
      return areas;
    }
  },

  /** Bareos fails its job where a reply does not begin as asked or the lengths do not add up. */
  BAREOS(true) {
    @Override
    List<Area> changed(Question question, String changeId, long capacity) throws Exception {
      List<Area> areas = new ArrayList<>();
      long covered = 0;
      while (covered < capacity) {
        Reply reply = question.ask(covered, changeId);
        require(reply.startOffset() == covered, "startOffset " + covered);
        require(reply.length() > 0, "a length");
        areas.addAll(reply.areas());
        covered += reply.length();
      }
      require(covered == capacity, "lengths of " + capacity + " together, not " + covered);
      return areas;
    }
  },

  /** VMware's own safekeeping counts in sectors, and asks for a full copy's areas as well. */
  SAFEKEEPING(true) {
    @Override
    List<Area> changed(Question question, String changeId, long capacity) throws Exception {
      List<Area> areas = new ArrayList<>();
      long offset = 0;
      while (offset < capacity) {
        Reply reply = question.ask(offset, changeId);
        for (Area area : reply.areas()) {
          require(area.start() % 512 == 0 && area.length() % 512 == 0, "whole sectors: " + area);
          areas.add(area);
        }
        offset = reply.startOffset() + reply.length();
      }
      return areas;
    }
  };

  /** An area of a disk in bytes. */
  record Area(long start, long length) {}

  /** One answer. */
  record Reply(long startOffset, long length, List<Area> areas) {}

  /** Asks the server for the areas of one snapshot's disk. */
  interface Question {
    Reply ask(long startOffset, String changeId) throws Exception;
  }

  /** The way works only where one reply covers the disk. */
  static final class NeedsOneReply extends Exception {}

  private final boolean asksForAllocated;

  ChangedAreaClient(boolean asksForAllocated) {
    this.asksForAllocated = asksForAllocated;
  }

  /** Collects what changed since a moment; {@code *} stands for before everything. */
  abstract List<Area> changed(Question question, String changeId, long capacity) throws Exception;

  /** What a first copy has to read. */
  List<Area> first(Question question, long capacity) throws Exception {
    return asksForAllocated ? changed(question, "*", capacity) : List.of(new Area(0, capacity));
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError("expected " + what);
    }
  }
}
