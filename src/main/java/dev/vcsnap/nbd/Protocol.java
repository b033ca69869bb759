package dev.vcsnap.nbd;

/** The numbers of the NBD protocol, and the bounds that this server puts on a client. */
final class Protocol {

  static final long NBD_MAGIC = 0x4e42444d41474943L;
  static final long OPTION_MAGIC = 0x49484156454F5054L;
  static final long OPTION_REPLY_MAGIC = 0x3e889045565a9L;
  static final int REQUEST_MAGIC = 0x25609513;
  static final int SIMPLE_REPLY_MAGIC = 0x67446698;
  static final int STRUCTURED_REPLY_MAGIC = 0x668e33ef;
  static final int EXTENDED_REQUEST_MAGIC = 0x21e41c71;
  static final int EXTENDED_REPLY_MAGIC = 0x6e8a278c;

  static final int HANDSHAKE_FIXED_NEWSTYLE = 1;
  static final int HANDSHAKE_NO_ZEROES = 1 << 1;

  static final int OPT_EXPORT_NAME = 1;
  static final int OPT_ABORT = 2;
  static final int OPT_LIST = 3;
  static final int OPT_STARTTLS = 5;
  static final int OPT_INFO = 6;
  static final int OPT_GO = 7;
  static final int OPT_STRUCTURED_REPLY = 8;
  static final int OPT_LIST_META_CONTEXT = 9;
  static final int OPT_SET_META_CONTEXT = 10;
  static final int OPT_EXTENDED_HEADERS = 11;

  static final int REP_ACK = 1;
  static final int REP_SERVER = 2;
  static final int REP_INFO = 3;
  static final int REP_META_CONTEXT = 4;
  static final int REP_ERR_UNSUP = 0x80000001;
  static final int REP_ERR_POLICY = 0x80000002;
  static final int REP_ERR_INVALID = 0x80000003;
  static final int REP_ERR_TLS_REQD = 0x80000005;
  static final int REP_ERR_UNKNOWN = 0x80000006;
  static final int REP_ERR_EXT_HEADER_REQD = 0x8000000a;

  static final int INFO_EXPORT = 0;
  static final int INFO_NAME = 1;
  static final int INFO_DESCRIPTION = 2;
  static final int INFO_BLOCK_SIZE = 3;

  static final int FLAG_HAS_FLAGS = 1;
  static final int FLAG_READ_ONLY = 1 << 1;
  static final int FLAG_SEND_FLUSH = 1 << 2;
  static final int FLAG_SEND_FUA = 1 << 3;
  static final int FLAG_SEND_TRIM = 1 << 5;
  static final int FLAG_SEND_WRITE_ZEROES = 1 << 6;
  static final int FLAG_SEND_DF = 1 << 7;
  static final int FLAG_CAN_MULTI_CONN = 1 << 8;
  static final int FLAG_SEND_CACHE = 1 << 10;
  static final int FLAG_SEND_FAST_ZERO = 1 << 11;

  static final int CMD_READ = 0;
  static final int CMD_WRITE = 1;
  static final int CMD_DISC = 2;
  static final int CMD_FLUSH = 3;
  static final int CMD_TRIM = 4;
  static final int CMD_CACHE = 5;
  static final int CMD_WRITE_ZEROES = 6;
  static final int CMD_BLOCK_STATUS = 7;

  static final int CMD_FLAG_FUA = 1;
  static final int CMD_FLAG_NO_HOLE = 1 << 1;
  static final int CMD_FLAG_DF = 1 << 2;
  static final int CMD_FLAG_REQ_ONE = 1 << 3;
  static final int CMD_FLAG_FAST_ZERO = 1 << 4;
  static final int CMD_FLAG_PAYLOAD_LEN = 1 << 5;

  static final int REPLY_FLAG_DONE = 1;
  static final int REPLY_NONE = 0;
  static final int REPLY_OFFSET_DATA = 1;
  static final int REPLY_BLOCK_STATUS = 5;
  static final int REPLY_BLOCK_STATUS_EXT = 6;
  static final int REPLY_ERROR = (1 << 15) + 1;

  static final int STATE_HOLE = 1;
  static final int STATE_ZERO = 1 << 1;

  static final int STATE_DIRTY = 1;

  static final int SIMPLE_REPLY_BYTES = 16;

  static final String BASE_ALLOCATION = "base:allocation";
  static final String ALLOCATION_DEPTH = "qemu:allocation-depth";

  /** Followed by the moment since which the blocks were written. */
  static final String DIRTY_BITMAP = "qemu:dirty-bitmap:";

  /** More contexts than this are not selected for one connection. */
  static final int CONTEXTS_MAX = 8;

  /** The longest string that the protocol allows. */
  static final int NAME_BYTES_MAX = 4096;

  /** The longest option data that is read; a set of contexts needs a few hundred bytes. */
  static final int OPTION_BYTES_MAX = 64 << 10;

  static final int BLOCK_BYTES_MIN = 1;
  static final int BLOCK_BYTES_PREFERRED = 4096;

  /** The longest read or write, which is what every client may assume. */
  static final int PAYLOAD_BYTES_MAX = 32 << 20;

  /** The most zeros that are written out for one request, which is what a short one can ask for. */
  static final long WRITTEN_ZEROES_BYTES_MAX = 0xFFFF_FFFFL;

  /** How many requests of one connection are worked on at a time. */
  static final int REQUESTS_MAX = 64;

  private Protocol() {}
}
