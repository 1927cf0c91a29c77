#!/usr/bin/env zsh
# Loads the completion in a real, interactive zsh and presses Tab. Usage: zsh -f completion_test.zsh completions/
emulate -R zsh
zmodload zsh/zpty
completions=${1:A}
folder=$(mktemp -d)
trap 'rm -rf $folder' EXIT
cd $folder
mkdir sub
touch local.toml file.yaml
integer failures=0

# The shell under test: Tab prints what compadd would add, between two marks. Calls of compadd that only fill arrays
# (-A, -O, -D) add nothing.
zpty shell zsh -f -i
zpty -w shell "PROMPT= PS2= ; stty -echo; unsetopt zle_bracketed_paste 2>/dev/null; fpath=(${(q)completions} \$fpath)"
zpty -w shell 'autoload -Uz compinit && compinit -u -D'
zpty -w shell 'compadd() {
  if (( ${@[(I)-[AOD]]} )); then builtin compadd "$@"; return; fi
  local -a hits; builtin compadd -A hits "$@"; local result=$?
  (( $#hits )) && print -rn -- "${(pj:<,>:)hits}<,>"
  builtin compadd "$@"
}
press() { print -rn -- "<BEGIN>"; zle expand-or-complete; print -r -- "<END>"; zle kill-buffer; zle reset-prompt }
quiet-list() { compstate[list]=; compstate[insert]= }
comppostfuncs=(quiet-list)
zle -N press; bindkey "^I" press; print RE""ADY'
zpty -r shell seen '*READY*' || exit 1

# expect LINE WANTED…: Tab behind the line offers exactly these.
expect() {
  local line=$1 seen got wanted
  shift
  zpty -w -n shell "$line"$'\t'
  zpty -r shell seen '*<BEGIN>*<END>*' || { print -u2 "no answer to '$line'"; (( ++failures )); return }
  got=${${seen##*<BEGIN>}%%<END>*}
  got=${(j: :)${(ou)${(s:<,>:)got}}}
  wanted=${(j: :)${(o)@}}
  [[ $got == $wanted ]] && return
  print -ru2 -- "completing '$line': got '$got', wanted '$wanted'"
  (( ++failures ))
}

expect 'vmcpauth ' serve validate explain call doctor login logout token config version help
expect 'vmcpauth se' serve
expect 'vmcpauth --ver' --version
expect 'vmcpauth serve --li' --listen
expect 'vmcpauth serve --keep' --keep-issuer
expect 'vmcpauth serve --color a' auto always
expect 'vmcpauth serve --color=n' never
expect 'vmcpauth serve --log-format ' auto human json
expect 'vmcpauth serve --quiet --verb'
expect 'vmcpauth serve --overlay l' local.toml
expect 'vmcpauth serve f' file.yaml
expect 'vmcpauth help v' validate version
expect 'vmcpauth version ' --help -h
exit $(( failures > 0 ))
