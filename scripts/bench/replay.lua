-- For wrk: sends the requests of a file (REQUESTS: a decimal length of eight digits before each) one after another,
-- from the start again when they are used up, and prints what it saw as one line of JSON.
local file

function init()
  file = assert(io.open(os.getenv("REQUESTS"), "rb"))
end

function request()
  local length = file:read(8)
  if not length then
    file:seek("set", 0)
    length = file:read(8)
  end
  return file:read(tonumber(length))
end

-- DELAY_MS: how long each connection waits between an answer and its next request; none: not at all.
if os.getenv("DELAY_MS") then
  function delay()
    return tonumber(os.getenv("DELAY_MS"))
  end
end

function done(summary, latency)
  io.write(string.format(
    '{"requests":%d,"microseconds":%d,"notSuccessful":%d,"socketErrors":%d,"p50":%d,"p99":%d}\n',
    summary.requests, summary.duration, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50), latency:percentile(99)
  ))
end
