-- Adds a key. KEYS: the tenant's records. ARGV: id, record, a new version, the most keys of a tenant. Answers "created",
-- "full", or the record that has the id.
local held = redis.call('HGET', KEYS[1], ARGV[1])
if held then
  return held
end
-- The version is a field too.
if redis.call('HLEN', KEYS[1]) > tonumber(ARGV[4]) then
  return 'full'
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2], '', ARGV[3])
return 'created'
