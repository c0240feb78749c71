// Pins TinyGo for scripts/tools; nothing is built in this module.
module github.com/meshwarden/meshwarden/scripts/tinygo

go 1.26

require github.com/tinygo-org/tinygo v0.41.0
