# Completion of ipso and isolate for bash. Where `ip` is ipso as well, ~/.bashrc needs a line:
#     . /usr/share/bash-completion/completions/ipso && complete -F _ipso ip

@SHARED@

# Sets $tool, $place and $first, how many words are in front of those that are completed, for the command $1 and its first word $2.
_ipso_start() {
    tool=$1 place='' first=1
    case ${1##*/} in
    isolate) tool=ipso place=isolate ;;
    ipso)
        case $2 in
        ip) first=2 ;;
        isolate) place=isolate first=2 ;;
        esac ;;
    esac
}

# Sets $words to the words up to the cursor, as blanks part them: to readline `=` and `:` are words of their own. $starts has the
# place of each in COMP_WORDS.
_ipso_words() {
    local rest=${COMP_LINE:0:COMP_POINT} n
    words=() starts=()
    for ((n = 0; n <= COMP_CWORD; n++)); do
        if ((n == 0)) || [[ $rest == [[:space:]]* ]]; then
            words+=('') starts+=("$n")
            rest=${rest#"${rest%%[![:space:]]*}"}
        fi
        words[${#words[@]} - 1]+=${COMP_WORDS[n]}
        rest=${rest#"${COMP_WORDS[n]}"}
    done
}

_ipso() {
    local tool place first current last words starts before line extra='' prefix='' IFS=$' \t\n'
    _ipso_words
    last=$((${#words[@]} - 1))
    current=${words[last]}
    _ipso_start "${words[0]}" "${words[1]-}"
    # The first word may be `ip` or `isolate` once it is whole.
    if ((last < first)); then
        place='' first=1
    fi
    if ((last == 1)) && [[ ${words[0]##*/} == ipso ]]; then
        extra='ip isolate --help --version --install'
    fi
    before=("${words[@]:first:last-first}")
    # In --net=none it is the value that is completed.
    if [[ $current == --*=* ]]; then
        before+=("${current%%=*}")
        [[ $COMP_WORDBREAKS == *=* ]] || prefix=${current%%=*}=
        current=${current#*=}
    fi
    COMPREPLY=()
    while read -r line; do
        case $line in
        @file) compopt -o default ;;
        @dir)
            compopt -o filenames
            while read -r line; do
                COMPREPLY+=("$prefix$line")
            done < <(compgen -d -- "$current") ;;
        '@command '*)
            line=$((first + ${line#* }))
            # Two names of the same in bash-completion.
            if declare -F _comp_command_offset >/dev/null; then
                _comp_command_offset "${starts[line]}"
            elif declare -F _command_offset >/dev/null; then
                _command_offset "${starts[line]}"
            elif ((last == line)); then
                while read -r line; do
                    COMPREPLY+=("$line")
                done < <(compgen -c -- "$current")
            else
                compopt -o default
            fi ;;
        # A device may be called `a;reboot`, and what is offered is part of a command line.
        "$current"*)
            printf -v line %q "$line"
            COMPREPLY+=("$prefix$line") ;;
        esac
    done < <(_ipso_next "$tool" "$place" "$current" "${before[@]}")
    for line in $extra; do
        [[ $line == "$current"* && ( $line != -* || $current == -* ) ]] && COMPREPLY+=("$line")
    done
}

complete -F _ipso ipso isolate
