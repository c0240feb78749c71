package catalog

func devices() []Entry {
	return []Entry{}
}
