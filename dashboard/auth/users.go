package auth

import (
	"bytes"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/BurntSushi/toml"
	"golang.org/x/crypto/argon2"

	"github.com/orgheat/orgheat/query"
)

// Account is one user of the users file.
type Account struct {
	Name string `toml:"name"`
	Role string `toml:"role"`
	Hash string `toml:"hash"`
	role query.Role
}

// Cost of a hash, as OWASP asks of argon2id at least: 19 MiB, two passes, one lane.
const (
	hashMemory = 19 * 1024 // KiB
	hashPasses = 2
	hashLanes  = 1
	hashBytes  = 32
	saltBytes  = 16
)

// MinPassword and MaxPassword bound a password's length in bytes.
const (
	MinPassword = 10
	MaxPassword = 1024
)

// hashPassword is the PHC string of a password under a new salt.
func hashPassword(password string) string {
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails
	sum := argon2.IDKey([]byte(password), salt, hashPasses, hashMemory, hashLanes, hashBytes)
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, hashMemory, hashPasses, hashLanes, b.EncodeToString(salt), b.EncodeToString(sum))
}

var hashPattern = regexp.MustCompile(`^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,88})\$([A-Za-z0-9+/]{22,88})$`)

// checkPassword compares in the time that the hash takes, whatever the password.
func checkPassword(hash, password string) bool {
	m := hashPattern.FindStringSubmatch(hash)
	if m == nil || len(password) > MaxPassword {
		return false
	}
	var memory, passes uint32
	var lanes uint8
	if _, err := fmt.Sscan(m[1]+" "+m[2]+" "+m[3], &memory, &passes, &lanes); err != nil || memory > 1<<20 || passes == 0 || lanes == 0 {
		return false
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(m[4])
	want, err2 := base64.RawStdEncoding.DecodeString(m[5])
	if err1 != nil || err2 != nil {
		return false
	}
	return subtle.ConstantTimeCompare(argon2.IDKey([]byte(password), salt, passes, memory, lanes, uint32(len(want))), want) == 1
}

// users reads the file again whenever it changed.
type users struct {
	file string
	mu   sync.Mutex
	at   time.Time
	size int64
	read []Account
}

func (u *users) list() ([]Account, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	info, err := os.Stat(u.file)
	if err != nil {
		return nil, fmt.Errorf("auth.users: %w", err)
	}
	if u.read != nil && info.ModTime().Equal(u.at) && info.Size() == u.size {
		return u.read, nil
	}
	list, err := ReadUsers(u.file)
	if err == nil {
		u.at, u.size, u.read = info.ModTime(), info.Size(), list
	}
	return list, err
}

func (u *users) find(name string) (Account, bool, error) {
	list, err := u.list()
	if err != nil {
		return Account{}, false, err
	}
	i := slices.IndexFunc(list, func(a Account) bool { return a.Name == name })
	if i < 0 {
		return Account{}, false, nil
	}
	return list[i], true, nil
}

// ReadUsers reads a users file. One that others may read, or with entries that cannot be used, is refused.
func ReadUsers(file string) ([]Account, error) {
	var f struct {
		User []Account `toml:"user"`
	}
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s can be read by others and holds password hashes: chmod 600 it", file)
	}
	meta, err := toml.DecodeFile(file, &f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if keys := meta.Undecoded(); len(keys) > 0 {
		return nil, fmt.Errorf("%s: %s is not known here; a user has name, role and hash", file, keys[0])
	}
	seen := map[string]bool{}
	for i := range f.User {
		a := &f.User[i]
		if a.role, err = query.ParseRole(a.Role); err != nil {
			return nil, fmt.Errorf("%s: user %d: %w", file, i+1, err)
		}
		if !hashPattern.MatchString(a.Hash) {
			return nil, fmt.Errorf("%s: user %d has no argon2id hash; set the password again with orgheat user add", file, i+1)
		}
		if a.Name == "" || seen[a.Name] {
			return nil, fmt.Errorf("%s: user %d has no name, or one that another has", file, i+1)
		}
		seen[a.Name] = true
	}
	return f.User, nil
}

// SetUser adds a user to the file, or gives a known one another password and role. The file is replaced in one step.
func SetUser(file, name string, role query.Role, password string) error {
	switch {
	case name == "" || len(name) > 200:
		return errors.New("a user's name has 1 to 200 bytes")
	case len(password) < MinPassword || len(password) > MaxPassword:
		return fmt.Errorf("a password has %d to %d bytes", MinPassword, MaxPassword)
	}
	list, err := readOrNone(file)
	if err != nil {
		return err
	}
	account := Account{Name: name, Role: role.String(), Hash: hashPassword(password)}
	if i := slices.IndexFunc(list, func(a Account) bool { return a.Name == name }); i >= 0 {
		list[i] = account
	} else {
		list = append(list, account)
	}
	return writeUsers(file, list)
}

// RemoveUser takes a user out of the file; their sessions end with the next request.
func RemoveUser(file, name string) error {
	list, err := ReadUsers(file)
	if err != nil {
		return err
	}
	kept := slices.DeleteFunc(slices.Clone(list), func(a Account) bool { return a.Name == name })
	if len(kept) == len(list) {
		return fmt.Errorf("%s names no user %q", file, name)
	}
	return writeUsers(file, kept)
}

func readOrNone(file string) ([]Account, error) {
	list, err := ReadUsers(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return list, err
}

func writeUsers(file string, list []Account) error {
	var b bytes.Buffer
	b.WriteString("# Written by orgheat user; hashes are argon2id.\n")
	if err := toml.NewEncoder(&b).Encode(map[string]any{"user": list}); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*") // mode 0600
	if err != nil {
		return err
	}
	_, err = tmp.Write(b.Bytes())
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(tmp.Name(), file)
	}
	if err != nil {
		os.Remove(tmp.Name())
	}
	return err
}
