-- Replaces a record, if nobody else has. KEYS: the tenant's records. ARGV: id, record as it was read, the new one, a new
-- version. Answers 1 when it is done.
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then
  return 0
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3], '', ARGV[4])
return 1
