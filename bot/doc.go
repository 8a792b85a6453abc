// Package bot is the vocabulary of the service desk: what a resident sends,
// what we answer, what a turn decides, what a service offers. It holds no
// behaviour beyond reading and writing its own types, and imports nothing but
// the standard library, so that every other package can speak it.
package bot
