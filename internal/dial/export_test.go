package dial

// Control lets tests judge addresses that nobody connects to.
var Control = control
