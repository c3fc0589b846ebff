// Package cmd is the program: one file a sub-command.
//
// It is a package of its own, beside the main package in cmd/openimis, so that anybody can
// build the program with further modules: a main function that calls cmd.Main with the
// modules of package modules and his own.
//
//	func main() { cmd.Main(append(modules.All(), mine.Module())...) }
//
// It knows every room and wires them. No rule, query or rendering belongs here.
package cmd
