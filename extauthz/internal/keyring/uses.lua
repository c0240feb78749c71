-- Adds up uses, once a batch. KEYS: the tenant's records and uses, and the number of the writer's last batch. ARGV: the
-- number of this batch, then for each key id, count and Unix time of the last use. A key's uses are "count last".
if tonumber(redis.call('GET', KEYS[3]) or '-1') >= tonumber(ARGV[1]) then
  return 0
end
for i = 2, #ARGV, 3 do
  local id, count, last = ARGV[i], tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2])
  if redis.call('HEXISTS', KEYS[1], id) == 1 then
    local held = redis.call('HGET', KEYS[2], id)
    if held then
      local n, at = string.match(held, '^(%d+) (%d+)$')
      count, last = count + tonumber(n), math.max(last, tonumber(at))
    end
    redis.call('HSET', KEYS[2], id, string.format('%.0f %.0f', count, last))
  end
end
-- A batch is sent again within seconds of the store's return.
redis.call('SET', KEYS[3], ARGV[1], 'EX', 86400)
return 1
