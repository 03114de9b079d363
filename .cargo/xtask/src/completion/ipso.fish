# Completion of ipso and isolate for fish. Where `ip` is ipso as well, ~/.config/fish/completions/ip.fish needs two lines:
#     source /usr/share/fish/vendor_completions.d/ipso.fish
#     complete -c ip -f -a '(__ipso)'

# What there is at a place of the command line, in $cmds and $list of the caller:
#   SPELLING=COMMAND   a command, and its name
#   WORD               a word that stands alone
#   WORD=VALUE         a word with a value: @dev, @netns and the like, a,b,c for one of these, - for what is not known,
#                      +NAME for more words, those of `behind NAME`
#   ~WORD              another spelling of a word, which is not offered
#   :VALUE             what may stand without a word in front; with + behind it as often as one likes
function __ipso_place --no-scope-shadowing
    set cmds
    set list
    switch $argv[1]
@TABLE@
    end
end

# Prints what may be a value: $argv is the value in the table, the program to ask, and its options.
function __ipso_values
    switch $argv[1]
        case @dev
            $argv[2..] -br link 2>/dev/null | string replace -r '[@ ].*' ''
        case @netns
            $argv[2] netns list 2>/dev/null | string replace -r ' .*' ''
        case @kind @options
            printf '%s\n' @KINDS@
        case @encap
            printf '%s\n' @ENCAPS@
        case @file
            __fish_complete_path (commandline -ct)
        case @dir
            __fish_complete_directories (commandline -ct)
        case -
        case '*'
            string split , -- $argv[1]
    end
end

# Prints the first of the list $argv[2..] that fits the pattern $argv[1].
function __ipso_first
    set -l fit (string match -r -- $argv[1] $argv[2..])
    test -n "$fit[1]"; and echo $fit[1]
end

# Prints the word of the list $argv[3..] that $argv[2] means: the whole word, or with `part` what it is the beginning of.
function __ipso_find
    set -l name (string escape --style=regex -- $argv[2])
    __ipso_first "^~?$name(?:=.*)?\$" $argv[3..]; and return
    test $argv[1] = part; and __ipso_first "^~?$name.*" $argv[3..]
end

function __ipso
    set -l all (commandline -opc)
    set -l current (commandline -ct)
    set -l tool $all[1]
    set -l place
    set -l start 2
    switch (string replace -r '.*/' '' -- $tool)
        case isolate
            set tool ipso
            set place isolate
        case ipso
            switch "$all[2]"
                case ip
                    set start 3
                case isolate
                    set place isolate
                    set start 3
                case ''
                    printf '%s\n' ip isolate
                    string match -q -- '-*' $current; and printf '%s\n' --help --version --install
            end
    end
    set -l cmds
    set -l list
    set -l value
    set -l netns
    __ipso_place "$place"
    set -l at $start
    set -l before $all[$start..]
    set -l prefix
    # In --net=none it is the value that is completed.
    if string match -q -- '--*=*' $current
        set -l pair (string split -m 1 = -- $current)
        set before $before $pair[1]
        set prefix $pair[1]=
        set current $pair[2]
    end
    for word in $before
        if string match -q -- '-*=*' $word
            set at (math $at + 1)
            continue
        end
        # `-json` may have two dashes as well.
        test -z "$place"; and set word (string replace -r '^--(?=.)' - -- $word)
        set -l part whole
        string match -q -- '-*' $word; and set part part
        set -l found (__ipso_find $part $word $list)
        if test -n "$value"
            set -l before $list
            switch $value
                case @options
                    __ipso_place "kind $word"
                case @encap
                    __ipso_place "encap $word"
                    set list $before $list
                case @netns
                    test -z "$place"; and set netns -n $word
                case @dev
                    set -l operand (__ipso_first '^:.*' $list)
                    test "$operand" = :@dev; and set -e list[(contains -i -- $operand $list)]
            end
            set value
        else if test -n "$found"
            set -l before $list
            set value (string replace -r '^[^=]*=?' '' -- $found)
            if string match -q -- '+*' $value
                __ipso_place "behind "(string sub -s 2 -- $value)
                set list $before $list
                set value
            end
        else if test -n "$cmds"
            set found (__ipso_find part $word $cmds)
            test -n "$found"; or return
            set place (string trim -- "$place "(string replace -r '.*=' '' -- $found))
            __ipso_place "$place"
        else
            set -l operand (__ipso_first '^:.*' $list)
            if test "$operand" = :@command
                complete -C (string join ' ' -- (string escape -- $all[$at..]) (string escape -n -- $current))
                return
            end
            test -n "$operand"; and not string match -q -- '*+' $operand
            and set -e list[(contains -i -- $operand $list)]
        end
        set at (math $at + 1)
    end
    if test -n "$value"
        printf "$prefix%s\n" (__ipso_values $value $tool $netns)
        return
    end
    for one in $cmds
        set -l pair (string split = -- $one)
        test $pair[1] = $pair[2]; and echo $pair[1]
    end
    for one in $list
        switch $one
            case ':*' '~*'
            case '-*'
                string match -q -- '-*' $current; and string replace -r '=.*' '' -- $one
            case '*'
                string replace -r '=.*' '' -- $one
        end
    end
    string match -q -- '-*' $current; and return
    set -l operand (__ipso_first '^:.*' $list)
    if test "$operand" = :@command
        __fish_complete_command
    else if test -n "$operand"
        __ipso_values (string trim -c :+ -- $operand) $tool $netns
    end
end

complete -c ipso -f -a '(__ipso)'
complete -c isolate -f -a '(__ipso)'
