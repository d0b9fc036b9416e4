package ingest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/orgheat/orgheat/schema"
)

// slackSource reads a Slack workspace's export as Slack writes it, and slackdump's, whose folders may be named by channel id.
// See slack_rows.go for what becomes of a message.
var slackSource = Source{
	Name:   "slack",
	Doc:    "Slack workspace export: the ZIP, its unpacked directory, or slackdump's export",
	Tree:   true,
	Detect: func(in Input) bool { return len(slackRoots(in.FS)) > 0 },
	Read:   readSlack,
}

// slackLists are the files that say which channels there are.
var slackLists = []string{"channels.json", "groups.json", "dms.json", "mpims.json"}

// slackRoots returns the directories that hold an export: the top one, else any directly in it.
func slackRoots(tree fs.FS) []string {
	if isSlackRoot(tree, ".") {
		return []string{"."}
	}
	entries, _ := fs.ReadDir(tree, ".")
	var roots []string
	for _, e := range entries {
		if e.IsDir() && isSlackRoot(tree, e.Name()) {
			roots = append(roots, e.Name())
		}
	}
	return roots
}

// isSlackRoot is true for a directory with at least two of: users, a list of channels, day files.
func isSlackRoot(tree fs.FS, dir string) bool {
	found := 0
	if isJSONList(tree, path.Join(dir, "users.json")) {
		found++
	}
	for _, name := range slackLists {
		if isJSONList(tree, path.Join(dir, name)) {
			found++
			break
		}
	}
	if found == 1 && hasDayFile(tree, dir) {
		found++
	}
	return found == 2
}

// isJSONList tells from its first byte whether a file may be a JSON array, or null for an empty one.
func isJSONList(tree fs.FS, name string) bool {
	f, err := tree.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, 64)
	n, _ := io.ReadFull(f, head)
	text := bytes.TrimLeft(trimBOM(head[:n]), " \t\r\n")
	return len(text) > 0 && (text[0] == '[' || bytes.HasPrefix(text, []byte("null")))
}

func hasDayFile(tree fs.FS, dir string) bool {
	entries, _ := fs.ReadDir(tree, dir)
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		files, _ := fs.ReadDir(tree, path.Join(dir, e.Name()))
		for _, f := range files {
			if !f.IsDir() && isDayFile(f.Name()) {
				return isJSONList(tree, path.Join(dir, e.Name(), f.Name()))
			}
		}
	}
	return false
}

// isDayFile is true for YYYY-MM-DD.json. Nothing else is concluded from the name: days are in the workspace's zone.
func isDayFile(name string) bool {
	day, ok := strings.CutSuffix(name, ".json")
	if !ok {
		return false
	}
	_, err := time.Parse(time.DateOnly, day)
	return err == nil
}

// slackExport is one export while it is read.
type slackExport struct {
	in       Input
	root     string
	account  string                // team id of the workspace
	users    map[string]*slackUser // by id
	bots     map[string]*slackUser // by bot id, for the bots that have a user
	channels map[string]string     // id by id and by name
	folders  []slackFolder
}

// slackFolder is a directory of day files.
type slackFolder struct {
	name  string
	files []string // paths, day files and other JSON, in order
}

func readSlack(ctx context.Context, in Input) iter.Seq2[schema.Row, error] {
	return func(yield func(schema.Row, error) bool) {
		roots := slackRoots(in.FS)
		if len(roots) == 0 { // --as slack
			roots = []string{"."}
		}
		for _, root := range roots {
			x := &slackExport{in: in, root: root, users: map[string]*slackUser{}, bots: map[string]*slackUser{}, channels: map[string]string{}}
			if ok, err := x.read(ctx, yield); err != nil {
				yield(nil, err)
				return
			} else if !ok {
				return
			}
		}
	}
}

// read yields users, then channels, then the day files' rows in the order of folders and files, then the people who are in the
// messages only. False says that yield asked to stop.
func (x *slackExport) read(ctx context.Context, yield func(schema.Row, error) bool) (bool, error) {
	newest, err := x.list()
	if err != nil {
		return false, err
	}
	if ok, err := x.readUsers(yield); !ok || err != nil {
		return false, err
	}
	for _, name := range slackLists {
		if ok, err := x.readChannels(name, newest, yield); !ok || err != nil {
			return false, err
		}
	}
	return x.readDays(ctx, newest, yield)
}

// list finds the folders and their files. The newest day among the files' names is how old the export is, at least: it decides
// which of two exports has the newer members of a channel.
func (x *slackExport) list() (newest time.Time, err error) {
	entries, err := fs.ReadDir(x.in.FS, x.root)
	if err != nil {
		return newest, x.fileError(x.root, err)
	}
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		dir := path.Join(x.root, e.Name())
		files, err := fs.ReadDir(x.in.FS, dir)
		if err != nil {
			return newest, x.fileError(dir, err)
		}
		folder := slackFolder{name: e.Name()}
		for _, f := range files {
			if f.IsDir() || !strings.HasSuffix(f.Name(), ".json") {
				continue
			}
			folder.files = append(folder.files, path.Join(dir, f.Name()))
			if isDayFile(f.Name()) {
				day, _ := time.Parse(time.DateOnly, strings.TrimSuffix(f.Name(), ".json"))
				if day.After(newest) && day.Year() < 2100 {
					newest = day
				}
			}
		}
		if len(folder.files) > 0 {
			x.folders = append(x.folders, folder)
		}
	}
	return newest, nil
}

// readUsers learns the users and the workspace's id, which is that of most of them: guests of other workspaces are listed too.
func (x *slackExport) readUsers(yield func(schema.Row, error) bool) (bool, error) {
	var rows []*schema.IdentityRow
	teams := vote{}
	ok, err := slackRecords(x, "users.json", func(u *slackUserJSON) string { return u.ID }, func(u *slackUserJSON, bad *RowError) bool {
		if bad != nil {
			return yield(nil, bad)
		}
		row := u.row()
		rows = append(rows, row)
		teams.add(u.TeamID)
		user := &slackUser{id: row.NativeID, bot: row.IsBot}
		x.users[user.id] = user
		if u.Profile.BotID != "" && user.bot {
			x.bots[u.Profile.BotID] = user
		}
		return true
	})
	if !ok || err != nil {
		return false, err
	}
	if x.account = teams.winner(); x.account == "" {
		if x.account, err = x.accountOfMessages(); err != nil {
			return false, err
		}
	}
	for _, row := range rows {
		row.Account = x.account
		if !yield(row, nil) {
			return false, nil
		}
	}
	return true, nil
}

func (x *slackExport) readChannels(name string, newest time.Time, yield func(schema.Row, error) bool) (bool, error) {
	return slackRecords(x, name, func(c *slackChannelJSON) string { return c.ID }, func(c *slackChannelJSON, bad *RowError) bool {
		if bad != nil {
			return yield(nil, bad)
		}
		x.channels[c.ID] = c.ID
		if c.Name != "" {
			x.channels[c.Name] = c.ID
		}
		members := slices.DeleteFunc(c.Members, func(id string) bool { return id == "" }) // null
		return yield(&schema.ContainerRow{Source: "slack", Account: x.account, NativeID: c.ID, Name: c.Name, Members: members, Updated: newest}, nil)
	})
}

// accountOfMessages is the workspace of most messages of the first day file that names any. Few files are tried: exports from
// before 2017 name none.
func (x *slackExport) accountOfMessages() (string, error) {
	const tries = 50
	tried := 0
	var list slackList
	var m slackMessage
	for _, folder := range x.folders {
		for _, file := range folder.files {
			if !isDayFile(path.Base(file)) {
				continue
			}
			if tried++; tried > tries {
				return "", nil
			}
			teams, err := x.teamsOf(file, &list, &m)
			if err != nil {
				return "", err
			}
			if team := teams.winner(); team != "" {
				return team, nil
			}
		}
	}
	return "", nil
}

func (x *slackExport) teamsOf(file string, list *slackList, m *slackMessage) (vote, error) {
	f, err := x.in.Open(file)
	if err != nil {
		return nil, x.fileError(file, err)
	}
	defer f.Close()
	list.reset(f)
	teams := vote{}
	for {
		event, err := list.next(m)
		if err != nil {
			return nil, x.fileError(file, err)
		}
		switch {
		case event == listEnd || event == recordsLost:
			return teams, nil
		case event == recordOK && m.team.some():
			teams.add(string(list.bytes(m.team)))
		}
	}
}

// vote counts words; the winner is the most frequent, of several the first in the alphabet.
type vote map[string]int

func (v vote) add(word string) {
	if word != "" {
		v[word]++
	}
}

func (v vote) winner() string {
	best := ""
	for word, n := range v {
		if best == "" || n > v[best] || n == v[best] && word < best {
			best = word
		}
	}
	return best
}

// fileError is a file that cannot be read, which ends the load of the export.
func (x *slackExport) fileError(file string, err error) error {
	return fmt.Errorf("%s: %s: %w", x.in.Path, file, err)
}
