package pii

// Years in which somebody may have been born.
const (
	firstYear = 1890
	lastYear  = 2035
)

// dateAt returns the end of the date at start, or 0: 1980-05-03, 03.05.1980, 5/3/80, 3 May 1980, 3. Mai 1980, 3 de mayo de 1980, May 3, 1980.
func (t *Text) dateAt(start int) int {
	first := t.run(start)
	switch n := first - start; {
	case n == 0:
		return t.monthFirst(start)
	case n == 4:
		return t.yearFirst(start, first)
	case n <= 2:
		if end := t.dayFirst(start, first); end > 0 {
			return end
		}
		return t.dayAndMonth(start, first)
	}
	return 0
}

func isDateMark(c byte) bool { return c == '-' || c == '/' || c == '.' }

// yearFirst matches 1980-05-03, whose year ends at i.
func (t *Text) yearFirst(start, i int) int {
	mark := t.at(i)
	month := t.run(i + 1)
	day := t.run(month + 1)
	if !isDateMark(mark) || t.at(month) != mark || !year(t.Bytes[start:i]) || !t.monthAndDay(i+1, month, month+1, day) {
		return 0
	}
	return day
}

// dayFirst matches 03.05.1980, whose first number ends at i, with day and month in either order.
func (t *Text) dayFirst(start, i int) int {
	mark := t.at(i)
	second := i + 1
	if mark == '.' && t.at(second) == ' ' {
		second++
	}
	middle := t.run(second)
	last := middle + 1
	if mark == '.' && t.at(last) == ' ' {
		last++
	}
	end := t.run(last)
	if !isDateMark(mark) || t.at(middle) != mark || end-last != 4 && end-last != 2 || end-last == 4 && !year(t.Bytes[last:end]) || isWord(t.at(end)) {
		return 0
	}
	if !t.monthAndDay(second, middle, start, i) && !t.monthAndDay(start, i, second, middle) {
		return 0
	}
	return end
}

func (t *Text) monthAndDay(month, monthEnd, day, dayEnd int) bool {
	if n := monthEnd - month; n < 1 || n > 2 {
		return false
	}
	if n := dayEnd - day; n < 1 || n > 2 {
		return false
	}
	m, d := value(t.Bytes[month:monthEnd]), value(t.Bytes[day:dayEnd])
	return m >= 1 && m <= 12 && d >= 1 && d <= monthDays(m)
}

func year(digits []byte) bool {
	y := value(digits)
	return y >= firstYear && y <= lastYear
}

// dayAndMonth matches 3 May 1980 and its like, whose day ends at i.
func (t *Text) dayAndMonth(start, i int) int {
	if d := value(t.Bytes[start:i]); d < 1 || d > 31 {
		return 0
	}
	i = t.skipDateWords(i)
	end := t.wordEnd(i)
	if end == i || t.saysWord(i, end)&saysMonth == 0 {
		return 0
	}
	return t.yearBehind(t.skipDateWords(end))
}

// monthFirst matches May 3, 1980.
func (t *Text) monthFirst(start int) int {
	end := t.wordEnd(start)
	if end == start || t.saysWord(start, end)&saysMonth == 0 {
		return 0
	}
	i := t.skipDateWords(end)
	day := t.run(i)
	if n := day - i; n < 1 || n > 2 {
		return t.yearBehind(i)
	}
	return t.yearBehind(t.skipDateWords(day))
}

func (t *Text) yearBehind(i int) int {
	end := t.run(i)
	if end-i != 4 || !year(t.Bytes[i:end]) || isWord(t.at(end)) {
		return 0
	}
	return end
}

// skipDateWords passes by what stands between the parts of a written date: blanks, marks, ordinals and of.
func (t *Text) skipDateWords(i int) int {
	for n := 0; n < 4 && i < len(t.Bytes); n++ {
		switch c := t.Bytes[i]; {
		case c == ' ' || c == ',' || c == '.' || c == '-' || c == '/':
			i++
			continue
		case isLetter(c):
			word := t.wordEnd(i)
			switch string(t.Bytes[i:word]) {
			case "st", "nd", "rd", "th", "of", "de", "del", "er", "do":
				i = word
				continue
			}
		case c == 0xC2 && (t.at(i+1) == 0xBA || t.at(i+1) == 0xB0): // º and °
			i += 2
			continue
		}
		break
	}
	return i
}

// wordEnd returns the end of the letters at i.
func (t *Text) wordEnd(i int) int {
	for i < len(t.Bytes) && byteKinds[t.Bytes[i]]&(kindLetter|kindHigh) != 0 {
		i++
	}
	return i
}

// dateField reports whether a field holds a date and nothing but a time behind it. 19800503 is one where the field says so.
func (t *Text) dateField(start, end int) bool {
	if end-start == 8 && digitsOnly(t.Bytes[start:end]) {
		return year(t.Bytes[start:start+4]) && t.monthAndDay(start+4, start+6, start+6, end)
	}
	date := t.dateAt(start)
	return date == end || date > 0 && (t.at(date) == 'T' || t.at(date) == ' ') && end-date <= len("T00:00:00.000000+00:00") && isDigit(t.at(date+1))
}

// expiryAt returns the end of the month and year at start, or 0: 09/27, 09/2027, 09-27, 2027-09.
func (t *Text) expiryAt(start int) int {
	first := t.run(start)
	mark := t.at(first)
	second := first + 1
	if mark == ' ' && t.at(second) == '/' && t.at(second+1) == ' ' {
		mark, second = '/', second+2
	}
	end := t.run(second)
	if mark != '/' && mark != '-' || isWord(t.at(end)) || isDateMark(t.at(end)) && isDigit(t.at(end+1)) {
		return 0
	}
	month, y := t.Bytes[start:first], t.Bytes[second:min(end, len(t.Bytes))]
	if len(month) == 4 {
		month, y = y, month
	}
	if len(month) < 1 || len(month) > 2 || len(y) != 2 && len(y) != 4 || len(y) == 4 && (value(y) < 2000 || value(y) > 2099) {
		return 0
	}
	if m := value(month); m < 1 || m > 12 {
		return 0
	}
	return end
}
