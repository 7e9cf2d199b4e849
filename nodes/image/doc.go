// Package image holds the step type Edit Image: it tells what an image is and
// draws, cuts, turns, blurs and joins images, as n8n does through GraphicsMagick.
package image
