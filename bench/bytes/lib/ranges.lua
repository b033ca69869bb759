-- For wrk: asks for aligned ranges of a file at random places. Arguments: the file's size, the length of a range, a cookie.
local places, length, cookie

function init(args)
  length = tonumber(args[2])
  places = math.floor(tonumber(args[1]) / length)
  cookie = args[3]
  math.randomseed(1)
end

function request()
  local at = math.random(0, places - 1) * length
  local range = string.format("bytes=%d-%d", at, at + length - 1)
  return wrk.format("GET", nil, { ["Range"] = range, ["Cookie"] = cookie })
end

function done(summary)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format("RESULT %d %d %d\n", summary.bytes, summary.duration, failed))
end
