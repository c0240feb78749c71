package main

var floors = map[string]float64{}
var ceilings = map[string]float64{}
