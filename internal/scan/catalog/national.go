package catalog

func national() []Entry {
	return []Entry{}
}
