package cli

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// Help teaches by example.
func (completionCmd) Help() string {
	return `Examples:

    source <(jobsprint completion bash)
    jobsprint completion zsh > "${fpath[1]}/_jobsprint"
    jobsprint completion fish > ~/.config/fish/completions/jobsprint.fish`
}

// Run prints the script, made from the same model as the parser.
func (c *completionCmd) Run(env *Env, app *kong.Kong) error {
	words := completionWords(app.Model.Node, "")
	write := map[string]func(*strings.Builder, []completion){"bash": bashScript, "zsh": zshScript, "fish": fishScript}[c.Shell]
	var b strings.Builder
	write(&b, words)
	_, err := fmt.Fprint(env.Out, b.String())
	return err
}

// completion is what may follow a command: its words before, with spaces.
type completion struct {
	path  string
	words []word
}

type word struct {
	text, help string
	flag       bool
	values     []string // of a flag
	takesFile  bool
}

// completionWords lists, for each command, its commands and flags.
func completionWords(n *kong.Node, path string) []completion {
	c := completion{path: path}
	var below []completion
	for _, child := range n.Children {
		if child.Hidden || child.Type != kong.CommandNode {
			continue
		}
		c.words = append(c.words, word{text: child.Name, help: child.Help})
		below = append(below, completionWords(child, strings.TrimSpace(path+" "+child.Name))...)
	}
	for _, arg := range n.Positional {
		for _, value := range arg.EnumSlice() {
			if value != "" {
				c.words = append(c.words, word{text: value})
			}
		}
	}
	for _, group := range n.AllFlags(true) {
		for _, f := range group {
			w := word{text: "--" + f.Name, help: f.Help, flag: true, takesFile: f.Tag.Type == "path"}
			if f.Enum != "" {
				w.values = f.EnumSlice()
			}
			c.words = append(c.words, w)
		}
	}
	return append([]completion{c}, below...)
}

// bashScript finds the command among the words so far, then offers its words or
// the values of the flag before the cursor; anything else is a file.
func bashScript(b *strings.Builder, list []completion) {
	b.WriteString("# bash completion for jobsprint\n_jobsprint() {\n  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} path= w\n")
	b.WriteString("  for w in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n    case \"$path $w\" in\n")
	for _, c := range list[1:] {
		fmt.Fprintf(b, "      \" %s\") path=\" %s\" ;;\n", c.path, c.path)
	}
	b.WriteString("    esac\n  done\n  case \"$path $prev\" in\n")
	for _, c := range list {
		for _, w := range c.words {
			if w.values != nil {
				fmt.Fprintf(b, "    \"%s %s\") COMPREPLY=($(compgen -W %q -- \"$cur\")); return ;;\n", spaced(c.path), w.text, strings.Join(w.values, " "))
			}
		}
	}
	b.WriteString("  esac\n  case \"$path\" in\n")
	for _, c := range list {
		fmt.Fprintf(b, "    %q) COMPREPLY=($(compgen -W %q -- \"$cur\")) ;;\n", spaced(c.path), strings.Join(texts(c.words), " "))
	}
	b.WriteString("  esac\n}\ncomplete -o default -F _jobsprint jobsprint\n")
}

func spaced(path string) string {
	if path == "" {
		return ""
	}
	return " " + path
}

func texts(words []word) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = w.text
	}
	return out
}

// zshScript offers the same words with their help.
func zshScript(b *strings.Builder, list []completion) {
	b.WriteString("#compdef jobsprint\n_jobsprint() {\n  local w at=\"\"\n  for w in \"${(@)words[2,CURRENT-1]}\"; do\n    case \"$at $w\" in\n")
	for _, c := range list[1:] {
		fmt.Fprintf(b, "      \" %s\") at=\" %s\" ;;\n", c.path, c.path)
	}
	b.WriteString("    esac\n  done\n  case \"$at ${words[CURRENT-1]}\" in\n")
	for _, c := range list {
		for _, w := range c.words {
			if w.values != nil {
				fmt.Fprintf(b, "    \"%s %s\") compadd -- %s; return ;;\n", spaced(c.path), w.text, strings.Join(w.values, " "))
			}
		}
	}
	b.WriteString("  esac\n  local -a words_here\n  case \"$at\" in\n")
	for _, c := range list {
		fmt.Fprintf(b, "    %q) words_here=(", spaced(c.path))
		for _, w := range c.words {
			fmt.Fprintf(b, " '%s:%s'", w.text, shellSingle(strings.ReplaceAll(firstSentence(w.help), ":", "\\:")))
		}
		b.WriteString(" ) ;;\n")
	}
	b.WriteString("  esac\n  _describe jobsprint words_here || _files\n}\nif [[ $funcstack[1] == _jobsprint ]]; then _jobsprint \"$@\"; else compdef _jobsprint jobsprint; fi\n")
}

// fishScript has one line for each word.
func fishScript(b *strings.Builder, list []completion) {
	b.WriteString("# fish completion for jobsprint\n")
	for _, c := range list {
		under := "__fish_use_subcommand"
		if c.path != "" {
			parts := strings.Fields(c.path)
			under = "__fish_seen_subcommand_from " + parts[0]
			for _, p := range parts[1:] {
				under += "; and __fish_seen_subcommand_from " + p
			}
		}
		for _, w := range c.words {
			if !w.flag {
				fmt.Fprintf(b, "complete -c jobsprint -n '%s' -f -a %s -d '%s'\n", under, w.text, shellSingle(firstSentence(w.help)))
				continue
			}
			fmt.Fprintf(b, "complete -c jobsprint -n '%s' -l %s -d '%s'", under, strings.TrimPrefix(w.text, "--"), shellSingle(firstSentence(w.help)))
			if w.values != nil {
				fmt.Fprintf(b, " -x -a '%s'", strings.Join(w.values, " "))
			} else if w.takesFile {
				b.WriteString(" -r -F")
			}
			b.WriteByte('\n')
		}
	}
}

// firstSentence keeps descriptions in menus short.
func firstSentence(s string) string {
	if i := strings.Index(s, ". "); i > 0 {
		s = s[:i+1]
	}
	return strings.TrimSuffix(s, ".")
}

// shellSingle makes text fit between single quotes.
func shellSingle(s string) string { return strings.ReplaceAll(s, "'", `'\''`) }
