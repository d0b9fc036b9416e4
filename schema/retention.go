package schema

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"time"
)

var retentionPattern = regexp.MustCompile(`^([1-9][0-9]{0,3})(y|mo)$`)

// retentionMonths reads "5y" or "18mo"; 0 is for ever.
func retentionMonths(s string) (int, error) {
	if s == "" {
		return 0, nil
	}
	m := retentionPattern.FindStringSubmatch(s)
	if m == nil {
		return 0, fmt.Errorf("%q is no span; write years such as 5y, or months such as 18mo", s)
	}
	n, err := strconv.Atoi(m[1])
	if m[2] == "y" {
		n *= 12
	}
	return n, err
}

// expired are the months (YYYYMM) of activity that the retention setting does not keep. They are counted back from this month, or from the
// newest month of activity if that is earlier: a clock that jumps ahead must not empty the database.
func (db *DB) expired(ctx context.Context) (months []uint32, err error) {
	keep, err := retentionMonths(db.Settings.Retention)
	if err != nil || keep == 0 {
		return nil, err
	}
	parts, err := db.cluster.months(ctx)
	if err != nil {
		return nil, err
	}
	var held []uint32
	for _, part := range parts {
		held = slices.AppendSeq(held, maps.Keys(part))
	}
	if len(held) == 0 {
		return nil, nil
	}
	slices.Sort(held)
	now := time.Now().UTC()
	last := min(held[len(held)-1], uint32(now.Year()*100+int(now.Month())))
	first := int(last/100)*12 + int(last%100) - 1 - keep // the month of that number is kept, and those after it
	for _, m := range held {
		if int(m/100)*12+int(m%100)-1 < first {
			months = append(months, m)
		}
	}
	return months, nil
}

// expire drops the months that are not kept, as whole partitions, after marking them as pending: whoever comes next rebuilds.
func (db *DB) expire(ctx context.Context) error {
	months, err := db.expired(ctx)
	if err != nil || len(months) == 0 {
		return err
	}
	if err := db.Conn.Exec(ctx, "INSERT INTO pending SELECT arrayJoin(?), 0", months); err != nil {
		return err
	}
	for _, m := range months {
		if err := db.cluster.change(ctx, "activity", fmt.Sprintf("ALTER TABLE activity DROP PARTITION %d", m)); err != nil {
			return err
		}
	}
	return nil
}
