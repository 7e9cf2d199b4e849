// Package ics reads calendars (RFC 5545) into values of the shape that ts-ics
// gives, which n8n's Extract from File hands on, and writes single events as the
// package ics of npm does, which n8n's Convert to File uses.
package ics
