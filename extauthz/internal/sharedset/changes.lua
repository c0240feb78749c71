-- Returns epoch, sequence, and then key, sequence and version of the records that were last written after a sequence.
-- KEYS: records, log, expiry, state. ARGV: the sequence, the most records to return.
local state = redis.call('HMGET', KEYS[4], 'epoch', 'sequence')
local out = {state[1] or '', state[2] or '0'}
local log = redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. ARGV[1], '+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[2])
for i = 1, #log, 2 do
	local version = redis.call('HGET', KEYS[1], log[i])
	if version then
		out[#out + 1] = log[i]
		out[#out + 1] = log[i + 1]
		out[#out + 1] = version
	end
end
return out
