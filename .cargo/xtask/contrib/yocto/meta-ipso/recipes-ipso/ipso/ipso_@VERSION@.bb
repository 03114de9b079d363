SUMMARY = "ip of iproute2 and isolate in one small file"
DESCRIPTION = "Network namespaces, links, addresses, routes and rules in the words of ip, and isolate, which runs a command in \
namespaces of its own."
LICENSE = "MIT | Apache-2.0"
LIC_FILES_CHKSUM = " \
    file://LICENSE-MIT;md5=@MD5-MIT@ \
    file://LICENSE-APACHE;md5=@MD5-APACHE@ \
"

SRC_URI = "file://ipso-${PV}-source.tar.gz"
require ipso-crates.inc

inherit cargo update-alternatives

# All parts, where nothing is said.
CARGO_BUILD_FLAGS:append = "${@'' if d.getVar('IPSO_PARTS') is None else ' --no-default-features --features=' + d.getVar('IPSO_PARTS')}"

do_install:append() {
    ln -s ipso ${D}${bindir}/isolate
}

# busybox has 50, iproute2 has 100.
ALTERNATIVE_PRIORITY = "60"
ALTERNATIVE:${PN} = "ip"
ALTERNATIVE_LINK_NAME[ip] = "${base_sbindir}/ip"
ALTERNATIVE_TARGET[ip] = "${bindir}/ipso"
