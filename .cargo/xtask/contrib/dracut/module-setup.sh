#!/bin/bash
# Puts ipso into an initramfs of dracut, as `ip` and `isolate`, with the module of veth.
# Install it as /usr/lib/dracut/modules.d/00ipso/module-setup.sh and run `dracut -f`. 00 comes before the modules that ask for an
# `ip`, as network-legacy does, and dracut keeps what is there.

# Where people put it, or else where a package does.
ipso=/usr/local/sbin/ipso
[[ -x $ipso ]] || ipso=/usr/sbin/ipso

check() {
    [[ -x $ipso ]]
}

depends() {
    return 0
}

installkernel() {
    instmods veth
}

install() {
    inst_simple "$ipso" /usr/bin/ipso
    ln -s ipso "$initdir/usr/bin/isolate"
    ln -s ipso "$initdir/usr/bin/ip"
    # PATH begins with /usr/sbin. Where that is /usr/bin, the name is there already.
    [[ -e $initdir/usr/sbin/ip ]] || ln -s ../bin/ipso "$initdir/usr/sbin/ip"
}
