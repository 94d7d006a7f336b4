package booking

// What tests look at from outside.
var Shifted = shifted
