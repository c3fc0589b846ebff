// Package modules lists what the program is made of: one file a module, each saying what
// the module brings. A module that is off brings nothing: no route, no resource in
// /metadata.
//
// A module of somebody else's is made the same way and given to cmd.Main beside these. It
// knows the constructors of the rooms below and no more; how a thing works never belongs
// here.
package modules
