// Package config reads the settings of the program: flags over environment
// variables (JOBSPRINT_*) over a YAML file. One table, Settings, names every
// setting with its default and meaning; help texts and docs are made from it.
// It imports nothing of the project.
package config
