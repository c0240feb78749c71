-- Adds a failure to those of one address or principal. Returns 1, and forgets them, when the limit is reached.
-- KEYS: the failures, newest last. ARGV: the limit, the window in microseconds.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
redis.call('RPUSH', KEYS[1], string.format('%.0f', now))
redis.call('LTRIM', KEYS[1], -tonumber(ARGV[1]), -1)
if redis.call('LLEN', KEYS[1]) >= tonumber(ARGV[1]) and now - tonumber(redis.call('LINDEX', KEYS[1], 0)) < tonumber(ARGV[2]) then
	redis.call('DEL', KEYS[1])
	return 1
end
redis.call('PEXPIRE', KEYS[1], math.ceil(ARGV[2] / 1000))
return 0
