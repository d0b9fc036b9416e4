package schema

import "golang.org/x/sys/unix"

// engineFIONREAD asks how many bytes a pipe holds.
const engineFIONREAD = unix.TIOCINQ
