package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"golang.org/x/term"

	"github.com/orgheat/orgheat/dashboard/auth"
	"github.com/orgheat/orgheat/query"
)

type userCmd struct {
	Add    userAddCmd    `cmd:"" help:"Add a user, or set another password and role. Asks for the password, or reads it from standard input."`
	Remove userRemoveCmd `cmd:"" help:"Remove a user."`
	List   userListCmd   `cmd:"" help:"List users and their roles."`
}

type usersFile struct {
	File string `help:"Users file; by default auth.users of the configuration, else users.toml." type:"path" placeholder:"FILE"`
}

func (u usersFile) path(c *cli) (string, error) {
	config, err := readConfig(c.Config)
	return cmp.Or(u.File, config.Auth.Users, "users.toml"), err
}

type userAddCmd struct {
	Name string `arg:"" help:"Name to log in with."`
	Role string `help:"viewer, leader or admin." enum:"viewer,leader,admin" required:""`
	usersFile
}

func (u *userAddCmd) Run(c *cli) error {
	file, err := u.path(c)
	if err != nil {
		return err
	}
	role, err := query.ParseRole(u.Role)
	if err != nil {
		return err
	}
	password, err := askPassword()
	if err != nil {
		return err
	}
	if err := auth.SetUser(file, u.Name, role, password); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%s may log in as %s; the dashboard reads %s with %q in [auth] of orgheat.toml\n", u.Name, role, file, "users")
	return nil
}

// askPassword asks twice on a terminal, else takes the first line of standard input. A password is never an argument: process lists show them.
func askPassword() (string, error) {
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		line, err := bufio.NewReader(io.LimitReader(os.Stdin, auth.MaxPassword+2)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", fmt.Errorf("read the password: %w", err)
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	var typed [2]string
	for i, prompt := range []string{"Password: ", "Again: "} {
		fmt.Fprint(os.Stderr, prompt)
		b, err := term.ReadPassword(int(os.Stdin.Fd()))
		fmt.Fprintln(os.Stderr)
		if err != nil {
			return "", fmt.Errorf("read the password: %w", err)
		}
		typed[i] = string(b)
	}
	if typed[0] != typed[1] {
		return "", errors.New("the two passwords differ")
	}
	return typed[0], nil
}

type userRemoveCmd struct {
	Name string `arg:"" help:"Name of the user."`
	usersFile
}

func (u *userRemoveCmd) Run(c *cli) error {
	file, err := u.path(c)
	if err != nil {
		return err
	}
	return auth.RemoveUser(file, u.Name)
}

type userListCmd struct{ usersFile }

func (u *userListCmd) Run(c *cli) error {
	file, err := u.path(c)
	if err != nil {
		return err
	}
	list, err := auth.ReadUsers(file)
	if err != nil {
		return err
	}
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "user\trole")
	for _, a := range list {
		fmt.Fprintf(t, "%s\t%s\n", plain(a.Name), a.Role)
	}
	return t.Flush()
}
