package catalog

func finance() []Entry {
	return []Entry{}
}
