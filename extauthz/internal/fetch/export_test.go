package fetch

// Public is the judgement of one address.
var Public = public
