-- Forgets a key. KEYS: the tenant's records and uses. ARGV: id, a new version.
redis.call('HDEL', KEYS[2], ARGV[1])
if redis.call('HDEL', KEYS[1], ARGV[1]) == 1 then
  redis.call('HSET', KEYS[1], '', ARGV[2])
end
return 1
