-- Charges limits, all or none. KEYS: one a limit. ARGV: three a limit: "b", limit, tokens a second; or
-- "w", limit, width of a part in microseconds. Answers admitted, microseconds to wait, and for each limit
-- remaining, microseconds until it is whole again, exceeded.
--
-- The arithmetic is that of bucket.go and window.go, where it is explained. Times are in microseconds; a
-- number of Lua holds them exactly until the year 2255.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]

local slack, parts, most = 1e-6, 24, 2251799813685248

local function refill_time(tokens, refill)
  return math.min(most, math.ceil(math.max(0, tokens) * 1e6 / refill - 1e-3))
end

local function bucket(key, limit, refill)
  local tokens, at = limit, now
  local held = redis.call('GET', key)
  if held then
    tokens, at = string.match(held, '^(%S+) (%S+)$')
    tokens, at = math.min(limit, tonumber(tokens)), tonumber(at)
    if now >= at then
      tokens, at = math.min(limit, tokens + (now - at) * refill / 1e6), now
    elseif at - now > refill_time(limit, refill) then
      at = now
    end
  end
  local function status()
    return math.floor(math.max(0, tokens + slack)), at - now + refill_time(limit - tokens, refill)
  end
  return {
    admits = tokens >= 1 - slack,
    retry = at - now + refill_time(1 - tokens, refill),
    status = status,
    charge = function()
      tokens = tokens - 1
      return string.format('%.17g %.0f', tokens, at)
    end,
  }
end

-- The state is the width, then the number of a part and its count, for each part with a count, oldest first.
local function window(key, limit, width)
  local numbers, counts, sum, newest = {}, {}, 0, 0
  local held_width = width
  local held = redis.call('GET', key)
  if held then
    local pairs_at
    held_width, pairs_at = string.match(held, '^(%d+)()')
    held_width = tonumber(held_width)
    for number, count in string.gmatch(string.sub(held, pairs_at), '(%d+) (%d+)') do
      numbers[#numbers + 1], counts[#counts + 1] = tonumber(number), tonumber(count)
    end
    newest = numbers[#numbers]
  end

  local part = math.floor(now / held_width)
  if newest - part > parts then
    for i = 1, #numbers do numbers[i] = numbers[i] - newest + part end
    newest = part
  end
  newest = math.max(newest, part)
  local first = 1
  while numbers[first] and numbers[first] < newest - parts do first = first + 1 end
  for i = first, #numbers do sum = sum + counts[i] end
  if held_width ~= width then
    newest, first = math.floor(now / width), 1
    numbers, counts = {}, {}
    if sum > 0 then numbers, counts = {newest}, {sum} end
  end

  local function ends(number) return (number + parts + 1) * width - now end
  local retry, over = 0, sum - limit + 1
  for i = first, #numbers do
    if over <= 0 then break end
    over = over - counts[i]
    if over <= 0 then retry = ends(numbers[i]) end
  end
  return {
    admits = sum < limit,
    retry = retry,
    status = function()
      local reset = 0
      if sum > 0 then reset = ends(numbers[#numbers]) end
      return math.max(0, limit - sum), reset
    end,
    charge = function()
      sum = sum + 1
      if numbers[#numbers] == newest and #numbers >= first then
        counts[#counts] = counts[#counts] + 1
      else
        numbers[#numbers + 1], counts[#counts + 1] = newest, 1
      end
      local out = {string.format('%.0f', width)}
      for i = first, #numbers do
        out[#out + 1] = string.format('%.0f %.0f', numbers[i], counts[i])
      end
      return table.concat(out, ' ')
    end,
  }
end

local admitted, wait, limits = 1, 0, {}
for i, key in ipairs(KEYS) do
  local kind, limit, rate = ARGV[i * 3 - 2], tonumber(ARGV[i * 3 - 1]), tonumber(ARGV[i * 3])
  limits[i] = (kind == 'b' and bucket or window)(key, limit, rate)
  if not limits[i].admits then
    admitted, wait = 0, math.max(wait, limits[i].retry)
  end
end

local answer = {admitted, wait}
for i, key in ipairs(KEYS) do
  local limit, exceeded = limits[i], 0
  if admitted == 1 then
    -- A limit that stands twice was read twice before the first write, so both write the same.
    local state = limit.charge()
    local _, reset = limit.status()
    -- A state is forgotten when it is the same as none; a millisecond more, since an expiry is rounded.
    redis.call('SET', key, state, 'PX', string.format('%.0f', math.ceil(reset / 1000) + 1))
  elseif not limit.admits then
    exceeded = 1
  end
  local remaining, reset = limit.status()
  answer[#answer + 1], answer[#answer + 2], answer[#answer + 3] = remaining, reset, exceeded
end
return answer
