-- Stores versions of records in so far as there are no later ones.
-- KEYS: records, log, expiry, state. ARGV: epoch of a new life, most records; then for each record its key, version,
-- expiry in milliseconds and time of writing in microseconds. Returns epoch and sequence after that, and the latest time of the
-- versions that stood in the way of some.
redis.call('HSETNX', KEYS[4], 'epoch', ARGV[1])
local later = 0
for i = 3, #ARGV, 4 do
	local key, version, expiry, written = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
	local held = redis.call('HGET', KEYS[1], key)
	if not held and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[2]) then
		return redis.error_reply('FULL the set has its most records')
	end
	local at = held and tonumber(string.match(held, '^%d+'))
	if held and at >= tonumber(written) then
		later = math.max(later, at)
	else
		redis.call('HSET', KEYS[1], key, version)
		redis.call('ZADD', KEYS[2], redis.call('HINCRBY', KEYS[4], 'sequence', 1), key)
		redis.call('ZADD', KEYS[3], expiry, key)
	end
end
local state = redis.call('HMGET', KEYS[4], 'epoch', 'sequence')
return {state[1], state[2] or '0', string.format('%.0f', later)}
