// Copyright 2026 The quickjs-go Authors. All rights reserved.
// Use of the source code is governed by a BSD-style
// license that can be found in the LICENSE file.

package intl

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// timeZoneNameText renders the timeZoneName option. Only the abbreviation Go
// reads from the zone database and the GMT offset are available: CLDR's
// spelled out names ("Eastern Standard Time") are not shipped with Go, so a
// long name falls back to the offset, which CLDR itself does for a zone it has
// no name for.
func timeZoneNameText(t time.Time, style, name string) string {
	abbr, offset := t.Zone()
	switch style {
	case "short":
		if name == "UTC" {
			return "UTC"
		}

		if !hasShortName(name, abbr) {
			return gmtOffset(offset, true)
		}

		return abbr
	case "long":
		if name == "UTC" {
			return "Coordinated Universal Time"
		}

		return gmtOffset(offset, false)
	case "shortOffset", "shortGeneric":
		return gmtOffset(offset, true)
	}
	return gmtOffset(offset, false)
}

// northAmericanZones are the identifier prefixes whose zones CLDR gives en
// short names to.
var northAmericanZones = []string{"America/", "US/", "Canada/", "Mexico/", "Pacific/Honolulu", "Atlantic/Bermuda"}

// hasShortName reports whether en writes this zone's name as letters rather
// than as a GMT offset. CLDR only does so for North America, so "EST" is a time
// zone name in en-US while Europe/Prague is "GMT+1" and never "CET" - and the
// distinction matters because the zone database's abbreviations collide:
// Asia/Shanghai is CST there too, where en calls it GMT+8.
func hasShortName(name, abbr string) bool {
	switch {
	case abbr == "", abbr[0] == '+', abbr[0] == '-':
		return false
	}
	switch abbr {
	case "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT", "AKST", "AKDT", "HST", "HDT", "AST", "ADT":
		for _, prefix := range northAmericanZones {
			if strings.HasPrefix(name, prefix) {
				return true
			}
		}
	}
	return false
}

func monthName(width string, m time.Month) string {
	switch width {
	case "numeric":
		return strconv.Itoa(int(m))
	case "2-digit":
		return fmt.Sprintf("%02d", int(m))
	}
	return monthNames[widthOr(width, "long")][int(m)-1]
}

func pad(n int, two bool) string {
	if two {
		return fmt.Sprintf("%02d", n)
	}

	return strconv.Itoa(n)
}

func width(s string) string { return widthOr(s, "long") }

func widthOr(s, def string) string {
	switch s {
	case "narrow", "short", "long":
		return s
	}
	return def
}
