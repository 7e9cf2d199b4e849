// Package training is the two step types of n8n's beginners' course: a small made-up list of customers, and a
// messenger that sends nothing. Nothing outside is read or touched.
package training
