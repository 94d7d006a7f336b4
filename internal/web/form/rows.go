package form

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kept/internal/web/view"
)

// mostRows bounds how many rows a form can hold on one path.
const mostRows = 400

// rowMark is the hidden field by which a row is there, also with nothing else in it.
const rowMark = ".row"

// Count tells how many rows a path has.
func Count(values url.Values, name string) int {
	n := 0
	for n < mostRows && values.Has(name+"."+strconv.Itoa(n)+rowMark) {
		n++
	}
	return n
}

// Add puts a row behind the others of a path and gives its own path.
func Add(values url.Values, name string) string {
	at := name + "." + strconv.Itoa(Count(values, name))
	values.Set(at+rowMark, "1")
	return at
}

// Apply does what the field "do" asks for with the rows, and tells whether it
// asked for anything. fresh fills a row that is added; it may be nil.
func Apply(values url.Values, fresh func(values url.Values, rows, at string)) bool {
	do := values.Get(Do)
	values.Del(Do)
	if rows, ok := strings.CutPrefix(do, view.DoAdd); ok && rows != "" {
		if Count(values, rows) < mostRows {
			at := Add(values, rows)
			if fresh != nil {
				fresh(values, rows, at)
			}
		}
		return true
	}
	if at, ok := strings.CutPrefix(do, view.DoRemove); ok {
		remove(values, at)
		return true
	}
	if both, ok := strings.CutPrefix(do, view.DoCopy); ok {
		if from, to, ok := strings.Cut(both, ">"); ok && from != "" && to != "" && from != to {
			replace(values, from, to)
		}
		return true
	}
	if at, ok := strings.CutPrefix(do, view.DoUp); ok {
		if rows, n, ok := row(at); ok && n > 0 && n < Count(values, rows) {
			swap(values, rows, n-1, n)
		}
		return true
	}
	return false
}

// row takes the path of a row apart.
func row(at string) (rows string, n int, ok bool) {
	i := strings.LastIndexByte(at, '.')
	if i < 0 {
		return "", 0, false
	}
	n, err := strconv.Atoi(at[i+1:])
	return at[:i], n, err == nil && n >= 0
}

// remove takes a row away; those behind it move up.
func remove(values url.Values, at string) {
	rows, n, ok := row(at)
	count := Count(values, rows)
	if !ok || n >= count {
		return
	}
	for ; n < count-1; n++ {
		swap(values, rows, n, n+1)
	}
	last := rows + "." + strconv.Itoa(count-1) + "."
	for name := range values {
		if strings.HasPrefix(name, last) {
			values.Del(name)
		}
	}
}

// swap lets two rows change places.
func swap(values url.Values, rows string, a, b int) {
	first, second := rows+"."+strconv.Itoa(a)+".", rows+"."+strconv.Itoa(b)+"."
	moved := url.Values{}
	for name, all := range values {
		switch {
		case strings.HasPrefix(name, first):
			moved[second+name[len(first):]] = all
		case strings.HasPrefix(name, second):
			moved[first+name[len(second):]] = all
		default:
			continue
		}
		values.Del(name)
	}
	maps.Copy(values, moved)
}

// replace makes the rows of a path like those of another.
func replace(values url.Values, from, to string) {
	for Count(values, to) > 0 {
		remove(values, to+".0")
	}
	copies := url.Values{}
	for name, all := range values {
		if rest, ok := strings.CutPrefix(name, from+"."); ok {
			copies[to+"."+rest] = slices.Clone(all)
		}
	}
	maps.Copy(values, copies)
}
