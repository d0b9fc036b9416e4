//go:build unix && !linux

package schema

// engineFIONREAD asks how many bytes a pipe holds: _IOR('f', 127, int) in
// <sys/filio.h> of the BSDs and macOS; x/sys/unix does not have it.
const engineFIONREAD = 0x4004667f
