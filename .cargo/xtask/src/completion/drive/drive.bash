# Completes the lines of standard input with the script $1, as readline would call it.
. "$1"
# It is for a completion that readline asked for.
compopt() { :; }
while IFS= read -r line; do
    COMP_LINE=$line COMP_POINT=${#line}
    # These signs are words of their own: they are in COMP_WORDBREAKS.
    read -ra COMP_WORDS <<<"$(sed -E 's/=|:+/ & /g' <<<"$line")"
    [[ $line == *' ' ]] && COMP_WORDS+=('')
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    COMPREPLY=()
    read -ra registered <<<"$(complete -p "${COMP_WORDS[0]}")"
    "${registered[2]}" "${COMP_WORDS[0]}" "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"
    # As the shell reads them, once they are part of the command line.
    for one in "${COMPREPLY[@]}"; do
        eval "printf '%s\\n' $one"
    done
    echo '<>'
done
