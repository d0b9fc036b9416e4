package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/orgheat/orgheat/schema"
	_ "time/tzdata" // users have zones also where the machine has no zone files
)

// slackbot is Slack's own account; no export marks it as a bot.
const slackbot = "USLACKBOT"

// slackUser is what messages need to know of an account.
type slackUser struct {
	id  string
	bot bool
}

// slackUserJSON is an element of users.json. Fields whose type differs between exports are left open.
type slackUserJSON struct {
	ID       string `json:"id"`
	TeamID   string `json:"team_id"`
	Name     string `json:"name"`
	RealName string `json:"real_name"`
	TZ       string `json:"tz"`
	IsBot    bool   `json:"is_bot"`
	Updated  any    `json:"updated"` // Unix seconds
	Profile  struct {
		RealName    string `json:"real_name"`
		DisplayName string `json:"display_name"`
		Email       string `json:"email"`
		BotID       string `json:"bot_id"`
	} `json:"profile"`
}

func (u *slackUserJSON) row() *schema.IdentityRow {
	return &schema.IdentityRow{
		Source: "slack", NativeID: u.ID, Login: u.Name, Name: firstNonEmpty(u.RealName, u.Profile.RealName, u.Profile.DisplayName),
		Email: email(u.Profile.Email), Zone: zoneOrNone(u.TZ), IsBot: u.IsBot || u.ID == slackbot, Updated: unixSeconds(u.Updated),
	}
}

func firstNonEmpty(list ...string) string {
	for _, s := range list {
		if s = strings.TrimSpace(s); s != "" {
			return s
		}
	}
	return ""
}

// unixSeconds reads a number or a string of digits; zero when there is none.
func unixSeconds(v any) time.Time {
	var n int64
	switch x := v.(type) {
	case float64:
		n = int64(x)
	case string:
		n, _ = strconv.ParseInt(x, 10, 64)
	}
	if t := time.Unix(n, 0).UTC(); n > 0 && t.Year() < 2100 {
		return t
	}
	return time.Time{}
}

// slackChannelJSON is an element of channels.json, groups.json, mpims.json or dms.json; the latter has no names.
type slackChannelJSON struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Members []string `json:"members"`
}

// slackElement is the parser of the lists beside the day files: it keeps the whole element.
type slackElement struct{ raw []byte }

func (e *slackElement) parse(s *jsonScanner, i int) int {
	end := s.skip(i, 1)
	if end >= 0 {
		e.raw = s.b[i:end]
	}
	return end
}

func (e *slackElement) plausible() bool {
	var v struct {
		ID string `json:"id"`
	}
	return json.Unmarshal(e.raw, &v) == nil && v.ID != ""
}

// slackRecords reads one of the lists beside the day files; a list that is not there is empty. each gets an element, or why it is
// none; when it returns false the reading stops, and so says the first result.
func slackRecords[T any](x *slackExport, name string, id func(*T) string, each func(*T, *RowError) bool) (bool, error) {
	file := path.Join(x.root, name)
	f, err := x.in.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	if err != nil {
		return false, x.fileError(file, err)
	}
	defer f.Close()
	var list slackList
	list.reset(f)
	var e slackElement
	for {
		event, err := list.next(&e)
		if err != nil {
			return false, x.fileError(file, err)
		}
		v, rejected := new(T), (*RowError)(nil)
		switch event {
		case listEnd:
			return true, nil
		case recordBroken, recordsLost:
			rejected = list.reject(file)
		case recordOK:
			var shape *json.UnmarshalTypeError // a member of another type is left empty
			err := json.Unmarshal(e.raw, v)
			switch {
			case e.raw[0] != '{' || err != nil && !errors.As(err, &shape):
				rejected = reject(file, list.count, "record is not an object", "")
			case id(v) == "":
				rejected = reject(file, list.count, "record without id", "")
			}
		}
		if !each(v, rejected) {
			return false, nil
		}
	}
}

// slackStranger is somebody who acts in messages and is not in users.json: guests of shared channels, integrations, and everybody
// where the file is missing. The profile beside their newest message names them.
type slackStranger struct {
	id          string
	at          int64 // of profile, in microseconds
	profile     []byte
	username    string
	bot, person bool // wrote as a bot, as a person
}

// saw keeps the newest profile, a JSON object or nothing, and user name. Of two at one instant the greater is kept, so that the
// choice does not depend on which file was read first.
func (p *slackStranger) saw(at int64, profile, username []byte) {
	if len(profile)+len(username) == 0 || at < p.at {
		return
	}
	if at == p.at {
		if c := bytes.Compare(profile, p.profile); c < 0 || c == 0 && string(username) <= p.username {
			return
		}
	}
	p.at = at
	if !bytes.Equal(profile, p.profile) {
		p.profile = bytes.Clone(profile)
	}
	if string(username) != p.username {
		p.username = string(username)
	}
}

func (p *slackStranger) merge(q *slackStranger) {
	p.saw(q.at, q.profile, []byte(q.username))
	p.bot, p.person = p.bot || q.bot, p.person || q.person
}

func (p *slackStranger) row(account string) *schema.IdentityRow {
	var v struct {
		Name        string `json:"name"`
		RealName    string `json:"real_name"`
		DisplayName string `json:"display_name"`
	}
	_ = json.Unmarshal(p.profile, &v) // passed by the scanner; a field of another type stays empty
	row := &schema.IdentityRow{Source: "slack", Account: account, NativeID: p.id, IsBot: p.id == slackbot || p.bot && !p.person}
	if row.Name = firstNonEmpty(v.RealName, v.DisplayName); row.Name != "" {
		row.Login = v.Name
	} else {
		row.Name = firstNonEmpty(v.Name, p.username)
	}
	return row
}

// mergeStrangers puts together what the readers of the day files saw, by id.
func mergeStrangers(maps ...map[string]*slackStranger) []*slackStranger {
	all := map[string]*slackStranger{}
	for _, m := range maps {
		for id, p := range m {
			if q, ok := all[id]; ok {
				q.merge(p)
			} else {
				all[id] = p
			}
		}
	}
	list := make([]*slackStranger, 0, len(all))
	for _, p := range all {
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b *slackStranger) int { return strings.Compare(a.id, b.id) })
	return list
}
