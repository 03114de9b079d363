# Completes the lines of standard input with the script $1, as a line editor on a terminal does. What is found comes by way of a
# pipe, since the terminal has it in columns.
zmodload zsh/zpty
pipe=$HOME/pipe
mkfifo $pipe
cat >$HOME/.zshrc <<END
PS1= PS2= RPS1=
exec 9>$pipe
fpath=(${1:h} \$fpath)
autoload -Uz compinit
compinit -D -u
END
cat >>$HOME/.zshrc <<'END'
compadd() {
    local -a hits
    builtin compadd -O hits "$@"
    (($#hits)) && print -rl -- $hits >&9
    builtin compadd "$@"
}
capture() {
    _main_complete
    compstate[insert]='' compstate[list]=''
    print -r -- '<>' >&9
}
zle -C capture list-choices capture
# What is typed before is lost.
zle-line-init() { print -r -- '<>' >&9 }
zle -N zle-line-init
bindkey '^D' capture
bindkey '^U' kill-whole-line
END
zpty shell zsh -d -i
exec 8<$pipe
found() {
    while IFS= read -r -u 8 one; do
        [[ -n $1 ]] && print -r -- $one
        [[ $one == '<>' ]] && break
    done
    # The terminal's own output is in nobody's way.
    while zpty -r -t shell one; do :; done
}
found ''
while IFS= read -r line; do
    zpty -w -n shell $'\25'"$line"$'\4'
    found print
done
zpty -d shell
