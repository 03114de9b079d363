#!/bin/sh
# A hook of dracut, before the root file system is mounted: shows the network, and what the functions of net-lib.sh make of it.

command -v getargs >/dev/null || . /lib/dracut-lib.sh
. /lib/net-lib.sh
{
    . /state "in the initramfs"
    netif=$(getarg tests.device=)
    echo "get_ip: $(get_ip "$netif")"
    echo "iface_for_ip: $(iface_for_ip 10.0.2.15)"
    echo "iface_for_remote_addr: $(iface_for_remote_addr 10.0.2.3)"
    ip_is_local 10.0.2.3 && ! ip_is_local 203.0.113.9 && echo "ip_is_local: well"
    wait_for_route_ok default && iface_has_link "$netif" && ! iface_is_enslaved "$netif" && echo "the device: well"
} >/run/network-state 2>&1
