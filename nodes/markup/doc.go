// Package markup holds the step types that read and write XML, HTML and Markdown.
package markup
