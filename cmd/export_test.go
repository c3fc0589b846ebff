package cmd

// Status is the exit status an error ends the program with.
var Status = status
