# What there is at a place of the command line, in $cmds and $list:
#   SPELLING=COMMAND   a command, and its name
#   WORD               a word that stands alone
#   WORD=VALUE         a word with a value: @dev, @netns and the like, a,b,c for one of these, - for what is not known,
#                      +NAME for more words, those of `behind NAME`
#   ~WORD              another spelling of a word, which is not offered
#   :VALUE             what may stand without a word in front; with + behind it as often as one likes
_ipso_place() {
    cmds='' list=''
    case $1 in
@TABLE@
    esac
}

# Prints what may be a value. $1 is the value in the table; $tool the program, and $netns its option for a namespace.
_ipso_values() {
    local name rest IFS=' 	
'
    case $1 in
    @dev)
        "$tool" $netns -br link 2>/dev/null | while read -r name rest; do
            printf '%s\n' "${name%%@*}"
        done ;;
    @netns)
        "$tool" netns list 2>/dev/null | while read -r name rest; do
            printf '%s\n' "$name"
        done ;;
    @kind | @options) printf '%s\n' @KINDS@ ;;
    @encap) printf '%s\n' @ENCAPS@ ;;
    @command) printf '@command %s\n' "$count" ;;
    @*) printf '%s\n' "$1" ;;
    -) ;;
    *)
        IFS=,
        printf '%s\n' $1 ;;
    esac
}

# Sets $found to the first word of the list $3 that $2 means: the whole word, or with $1 = part what it is the beginning of.
_ipso_find() {
    local one
    found=''
    for one in $3; do
        case $one in
        "$2" | "$2="* | "~$2" | "~$2="*) found=$one && return 0 ;;
        "$2"* | "~$2"*) [ "$1" = part ] && [ -z "$found" ] && found=$one ;;
        esac
    done
    [ -n "$found" ]
}

# Takes the first of the values in $list that may stand without a word, and sets $value to it; fails if there is none.
_ipso_operand() {
    local one left='' taken=''
    for one in $list; do
        case $one in
        :*+) [ -z "$taken" ] && value=${one#:} && value=${value%+} && taken=1
            left="$left $one" ;;
        :*) if [ -z "$taken" ]; then value=${one#:} taken=1; else left="$left $one"; fi ;;
        *) left="$left $one" ;;
        esac
    done
    list=$left
    [ -n "$taken" ]
}

# Prints what may follow: $1 is the program to ask, $2 the place where the words begin, $3 the word to be completed, and behind
# it are the words in front of that. `@command N`: a command, which has N words before it.
_ipso_next() {
    local tool=$1 place=$2 current=$3 word one cmds list found value='' of='' netns='' count=0 before
    shift 3
    _ipso_place "$place"
    for word in "$@"; do
        # `-json` may have two dashes as well.
        [ -z "$place" ] && case $word in --?*) word=${word#-} ;; esac
        if case $word in -*=*) true ;; *) false ;; esac; then
            # It has its value.
            :
        elif [ -n "$value" ]; then
            before=$list
            case $value in
            @options) _ipso_place "kind $word" ;;
            @encap) _ipso_place "encap $word" && list="$before $list" ;;
            @netns) [ -z "$place" ] && netns="-n $word" ;;
            @dev) case " $list " in *" :@dev "*) _ipso_operand ;; esac ;;
            esac
            value=''
        elif case $word in -*) _ipso_find part "$word" "$list" ;; *) _ipso_find whole "$word" "$list" ;; esac; then
            case $found in
            *=+*)
                before=$list
                _ipso_place "behind ${found#*=+}"
                list="$before $list" ;;
            *=*) value=${found#*=} ;;
            esac
        elif [ -n "$cmds" ]; then
            _ipso_find part "$word" "$cmds" || return 0
            place="${place:+$place }${found#*=}"
            _ipso_place "$place"
        else
            if _ipso_operand && [ "$value" = @command ]; then
                _ipso_values @command
                return 0
            fi
            value=''
        fi
        count=$((count + 1))
    done
    if [ -n "$value" ]; then
        _ipso_values "$value"
        return 0
    fi
    for one in $cmds; do
        [ "${one%%=*}" = "${one#*=}" ] && printf '%s\n' "${one%%=*}"
    done
    for one in $list; do
        case $one in
        [:~]*) ;;
        -?*) case $current in -*) printf '%s\n' "${one%%=*}" ;; esac ;;
        *) printf '%s\n' "${one%%=*}" ;;
        esac
    done
    case $current in
    -*) ;;
    *) _ipso_operand && _ipso_values "$value" ;;
    esac
    return 0
}
